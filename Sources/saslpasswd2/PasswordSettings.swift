internal import ArgumentParser
internal import Authentication
internal import CommandLine
internal import SASLDB

/// The settings from the command line.
struct PasswordSettings: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        case setPassword
        /// Remove obsolete properties without setting a password.
        case leavePassword
        case delete
    }

    let action: Action
    /// Whether the password is read without prompts even from a terminal.
    let isPipe: Bool
    /// The file; `nil` for the one that the application's configuration names.
    let path: String?
    let application: String
    let user: SASLDBUser

    /// The application name that Cyrus's program passes to libsasl2.
    static let defaultApplication = "saslpasswd"

    /// Reads a command line without the program's name.
    ///
    /// - Parameters:
    ///   - arguments: may contain clusters of letters and joined values, as in getopt(3).
    ///   - hostName: in lower case, the realm of a user without one.
    /// - Throws: also when the command line asks for the version, help, or a shell's completion script.
    init(arguments: [String], hostName: ByteString) throws(PasswordUsageError) {
        let words = Getopt.splitClusters(
            arguments,
            flags: PasswordCommand.flagLetters,
            options: PasswordCommand.optionLetters
        )
        let command: PasswordCommand
        do {
            command = try PasswordCommand.parse(words)
        } catch {
            guard !PasswordCommand.exitCode(for: error).isSuccess else {
                throw .asksForCompletion(script: PasswordCommand.message(for: error))
            }
            throw .unknown(PasswordCommand.message(for: error))
        }
        guard !command.asksForVersion else { throw .asksForVersion }
        guard !command.applications.contains(where: { $0.contains("/") }) else { throw .applicationIsPath }
        guard !command.asksForHelp, command.userids.count == 1, !(command.creates && command.deletes) else {
            throw .incomplete
        }
        action = command.deletes ? .delete : command.leavesPassword ? .leavePassword : .setPassword
        isPipe = command.isPipe
        path = command.paths.last
        application = command.applications.last ?? Self.defaultApplication
        let realm = command.realms.last ?? ""
        user = SASLDBUser(
            userid: ByteString(command.userids[0]),
            defaultRealm: realm.isEmpty ? hostName.lowercasedASCII : ByteString(realm)
        )
    }
}

/// Why there are no settings.
enum PasswordUsageError: Error, Equatable {
    case asksForVersion
    /// The completion script for a shell.
    case asksForCompletion(script: String)
    /// No user or several, `-c` with `-d`, or `-h`.
    case incomplete
    /// An unknown option, with the parser's message.
    case unknown(String)
    case applicationIsPath
}
