import Authentication
import Glibc
import Platform
import SASLDB

/// Why the tool failed.
enum ToolError: Error, Equatable {
    case file(SASLDBError)
    case system(SystemError)
    case configuration(LibraryConfiguration.Failure)
    case invalidParameter(String)
    case passwordsDiffer
}

extension ToolError: CustomStringConvertible {
    /// Cyrus's text, a colon, and the reason.
    var description: String {
        switch self {
        case .file(let error): "generic failure: \(error)"
        case .system(let error): "generic failure: \(error)"
        case .configuration(let failure): "\(failure)"
        case .invalidParameter(let reason): "invalid parameter supplied: \(reason)"
        case .passwordsDiffer: "passwords don't match; aborting"
        }
    }

    /// libsasl2's result code, negated.
    var exitCode: CInt {
        switch self {
        case .file, .system: 1
        case .configuration(let failure): failure.exitCode
        case .invalidParameter, .passwordsDiffer: 7
        }
    }
}

/// Sets, changes and deletes passwords in a sasldb2 file.
enum PasswordProgram {
    static let name = "saslpasswd2"

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - input: standard input, from which the password is read.
    ///   - print: writes to standard output.
    ///   - complain: writes to standard error.
    /// - Returns: the exit code.
    static func run(
        _ arguments: [String],
        input: borrowing OwnedDescriptor,
        print: (String) -> Void,
        complain: (String) -> Void
    ) -> CInt {
        let settings: PasswordSettings
        do {
            settings = try PasswordSettings(arguments: arguments, hostName: ByteString(Machine.hostName))
        } catch {
            switch error {
            case .asksForVersion:
                complain(ToolNotice.versions(of: name))
                return 0
            case .asksForCompletion(let script):
                print(script)
                return 0
            case .applicationIsPath: complain("appname must not contain /\n")
            case .unknown(let reason): complain("\(name): \(reason)\n" + ToolNotice.text(of: name) + usage)
            case .incomplete: complain(ToolNotice.text(of: name) + usage)
            }
            return 1
        }
        do {
            let path = try path(settings)
            SASLDBMemory.limit(forFileAt: path)
            try carryOut(settings, path, input: input, print: print)
            return 0
        } catch {
            complain("\(name): \(error)\n")
            return error.exitCode
        }
    }

    private static func path(_ settings: PasswordSettings) throws(ToolError) -> String {
        if let path = settings.path { return path }
        do throws(LibraryConfiguration.Failure) {
            return try LibraryConfiguration(application: settings.application).sasldbPath()
        } catch {
            throw .configuration(error)
        }
    }

    private static func carryOut(
        _ settings: PasswordSettings,
        _ path: String,
        input: borrowing OwnedDescriptor,
        print: (String) -> Void
    ) throws(ToolError) {
        let writer = SASLDBWriter(path: path)
        do {
            switch settings.action {
            case .delete: try writer.remove(settings.user)
            case .setPassword, .leavePassword:
                let password = try PasswordInput.read(from: input, isPipe: settings.isPipe, prompt: print)
                if settings.action == .setPassword {
                    try writer.set(password, of: settings.user)
                } else {
                    try writer.removeObsolete(of: settings.user)
                }
            }
        } catch let error as SASLDBError {
            throw .file(error)
        } catch let error as ToolError {
            throw error
        } catch {
            fatalError("\(error)")
        }
    }

    static let usage = """
        saslpasswd2: usage: saslpasswd2 [-v] [-c [-p] [-n]] [-d] [-a appname] [-f sasldb] [-u DOM] userid
        \t-p\tpipe mode -- no prompt, password read on stdin
        \t-c\tcreate -- create the account; this is the default
        \t-d\tdisable -- delete the account
        \t-n\tno userPassword -- don't set plaintext userPassword property
        \t-f sasldb\tuse given file as sasldb
        \t-a appname\tuse appname as application name
        \t-u DOM\tuse DOM for user domain
        \t-v\tprint version numbers and exit

        """
}
