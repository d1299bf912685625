internal import ArgumentParser
internal import Authentication
internal import CommandLine
internal import SASLDB

/// What the command line asks for, whole and checked.
struct PasswordSettings: Equatable, Sendable {
    enum Action: Equatable, Sendable {
        case setPassword
        /// Remove what is obsolete and set no password.
        case leavePassword
        case delete
    }

    let action: Action
    /// Whether the password comes without prompts even from a terminal.
    let isPipe: Bool
    /// The file; `nil`: the one that the application's configuration names.
    let path: String?
    let application: String
    let user: SASLDBUser

    /// The application that Cyrus' program is to libsasl2.
    static let defaultApplication = "saslpasswd"

    /// Reads a command line without the program's name.
    ///
    /// - Parameters:
    ///   - arguments: letters in clusters and joined values are understood as getopt(3) does.
    ///   - hostName: made small, the realm of a user without one.
    /// - Throws: also when the command line asks for the version, for help, or for what completes it in a shell.
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

/// Why a command line gives no settings.
enum PasswordUsageError: Error, Equatable {
    case asksForVersion
    /// The script that has a shell complete the options.
    case asksForCompletion(script: String)
    /// No user or several, `-c` with `-d`, or `-h`.
    case incomplete
    /// A word that nothing is known of, and what is wrong with it.
    case unknown(String)
    case applicationIsPath
}
