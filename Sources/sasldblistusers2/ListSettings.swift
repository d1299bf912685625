internal import ArgumentParser
internal import CommandLine
internal import SASLDB

/// What the command line asks for, whole and checked.
struct ListSettings: Equatable, Sendable {
    let path: String

    static let defaultPath = SASLDBReader.defaultPath

    /// Reads a command line without the program's name.
    ///
    /// - Parameter arguments: letters in clusters and joined values are understood as getopt(3) does.
    /// - Throws: also when the command line asks for the version, for help, or for what completes it in a shell.
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

/// Why a command line gives no settings.
enum ListUsageError: Error, Equatable {
    case asksForVersion
    /// The script that has a shell complete the options.
    case asksForCompletion(script: String)
    /// Two files, or `-h`.
    case tooMuch
    /// A word that nothing is known of, and what is wrong with it.
    case unknown(String)
}
