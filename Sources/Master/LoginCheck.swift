internal import Authentication
internal import Glibc
internal import Options
internal import Platform
internal import Prompt
internal import WorkerProtocol

/// Asks a mechanism about one login, without a daemon, and tells what it found on its way: option `--check`.
enum LoginCheck {
    /// The exit codes of testsaslauthd(8).
    private static let exitRefused: CInt = 1
    private static let exitUnavailable: CInt = 2

    /// The number of the one request.
    private static let id: UInt32 = 1

    /// Asks for the password, starts the mechanism's program and gives the exit code.
    static func run(_ login: String, _ settings: Settings) throws(StartFailure) -> CInt {
        let program = try Assembly.checkingProgram(settings)
        return try Assembly.attempt { () throws(SystemError) in
            let request = Self.request(login, settings, password: try PasswordPrompt.read())
            guard !request.password.isEmpty else { return nothing("the password is empty") }
            let pair = try SocketPair()
            let text = try OwnedDescriptor.memory(named: "option", holding: settings.option)
            let far = pair.far.rawValue
            let pid = try program.start(descriptors: [far, far, STDERR_FILENO, text.rawValue])
            defer { kill(pid, SIGKILL) }
            return try converse(pair.intoNear(), request, timeout: settings.service.timeout)
        }
    }

    /// The request as a mail server would make it: the login is split at its last `@`, and joined again with `-r`.
    private static func request(_ login: String, _ settings: Settings, password: consuming Secret) -> AuthRequest {
        let parts = ByteString(login).splitAtRealm
        let request = AuthRequest(
            login: parts.login,
            password: password,
            service: ByteString(settings.checkedService),
            realm: parts.realm,
            remote: ""
        )
        return settings.service.joinsRealm ? request.joiningRealm() : request
    }

    private static func converse(
        _ connection: consuming OwnedDescriptor,
        _ request: borrowing AuthRequest,
        timeout: Int
    ) throws(SystemError) -> CInt {
        let end = Instant.now.advanced(milliseconds: timeout * 1000)
        var input: [UInt8] = []
        while true {
            let rest = CInt(clamping: Instant.now.milliseconds(until: end))
            guard try !waitForInput(on: [connection.rawValue], milliseconds: rest).isEmpty else {
                return nothing("no answer after \(timeout) seconds")
            }
            guard try connection.read(into: &input, limit: 4096) > 0 else {
                return nothing("the mechanism's program ended without an answer")
            }
            do throws(FrameError) {
                while let length = try FrameReader.length(ofFirstIn: input.span) {
                    let message = try FrameReader.message(in: input.span.extracting(first: length))
                    input.removeFirst(length)
                    if case .hello = message {
                        let frame = RequestFrame.encode(id: id, request)
                        defer { wipe(frame.span) }
                        if (try? connection.writeAll(frame.span)) == nil { break }
                    }
                    if let code = hear(message) { return code }
                }
            } catch {
                return nothing("the mechanism's program sent \(error)")
            }
        }
    }

    /// Tells what the mechanism says; gives the exit code when that was all.
    private static func hear(_ message: MechanismMessage) -> CInt? {
        switch message {
        case .hello, .started: return nil
        case .log(_, let line):
            StandardStream.output.write("  \(line)\n")
            return nil
        case .unusable(let reason): return nothing("the mechanism cannot be used: \(reason)")
        case .verdict(_, .accepted, _): return conclude("yes: login and password belong together", EXIT_SUCCESS)
        case .verdict(_, .refused(let refusal), _): return conclude("no: \(refusal.words)", exitRefused)
        case .verdict(_, .unavailable(let unavailability), _):
            return nothing("\(unavailability.reason)")
        }
    }

    private static func nothing(_ reason: String) -> CInt {
        conclude("nothing was found out: \(reason)", exitUnavailable)
    }

    private static func conclude(_ words: String, _ code: CInt) -> CInt {
        StandardStream.output.write("\(words)\n")
        return code
    }
}

extension Refusal {
    fileprivate var words: String {
        switch self {
        case .unknownUser: "there is no such user"
        case .wrongPassword: "the password is wrong"
        case .passwordExpired: "the password is right, and has expired"
        case .accountExpired: "the password is right, and the account has expired"
        case .notPermitted: "the account may not be used here and now"
        }
    }
}
