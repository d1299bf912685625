internal import ArgumentParser
internal import CommandLine
internal import SASLDB

/// The settings from the command line.
struct ListSettings: Equatable, Sendable {
    let path: String

    static let defaultPath = SASLDBReader.defaultPath

    /// Reads a command line without the program's name.
    ///
    /// - Parameter arguments: may contain clusters of letters and joined values, as in getopt(3).
    /// - Throws: also when the command line asks for the version, help, or a shell's completion script.
    init(arguments: [String]) throws(ListUsageError) {
        let words = Getopt.splitClusters(
            arguments,
            flags: ListCommand.flagLetters,
            options: ListCommand.optionLetters
        )
        let command: ListCommand
        do {
            command = try ListCommand.parse(words)
        } catch {
            guard !ListCommand.exitCode(for: error).isSuccess else {
                throw .asksForCompletion(script: ListCommand.message(for: error))
            }
            throw .unknown(ListCommand.message(for: error))
        }
        guard !command.asksForVersion else { throw .asksForVersion }
        guard !command.asksForHelp, command.words.count + min(command.paths.count, 1) <= 1 else { throw .tooMuch }
        path = command.words.first ?? command.paths.last ?? Self.defaultPath
    }
}

/// Why there are no settings.
enum ListUsageError: Error, Equatable {
    case asksForVersion
    /// The completion script for a shell.
    case asksForCompletion(script: String)
    /// Two files, or `-h`.
    case tooMuch
    /// An unknown option, with the parser's message.
    case unknown(String)
}
