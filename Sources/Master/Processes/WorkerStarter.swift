internal import Authentication
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// Starts a mechanism program for each connection that the frontend opens, as inetd does.
///
/// Nobody else can find the socket: its file is removed as soon as it is open, and the frontend connects through a
/// descriptor that refers to the file.
final class WorkerStarter {
    private let socket: BoundSocket
    private let program: Program
    private let option: String
    private let standardError: OwnedDescriptor
    private let logger: Logger
    /// The connection on which a program could not be started.
    private var kept: OwnedDescriptor?

    /// Creates the socket in `directory` for a frontend that runs as `account`.
    init(
        _ program: Program,
        option: String,
        directory: String,
        account: Account?,
        standardError: consuming OwnedDescriptor,
        logger: Logger
    ) throws(SystemError) {
        let socket = try BoundSocket(replacing: "\(directory)/\(Self.fileName(getpid()))", mode: 0o600)
        do throws(SystemError) {
            if let account { try socket.give(to: account.uid, group: account.gid) }
        } catch {
            try? socket.removeFile()
            throw error
        }
        try socket.removeFile()
        self.socket = socket
        self.program = program
        self.option = option
        self.standardError = standardError
        self.logger = logger
    }

    /// The temporary name of the socket's file.
    static func fileName(_ process: pid_t) -> String { "workers.\(process)" }

    /// The listening socket; use it for one system call only.
    var number: CInt { socket.listener.rawValue }

    /// Refers to the socket's file; with a duplicate the frontend can connect.
    var way: CInt { socket.reference.rawValue }

    /// The name of the program.
    var programName: String { program.arguments[0] }

    /// The result of an attempt to start a worker.
    enum Attempt {
        case started(pid_t)
        /// The connection is kept for `refuse`.
        case failed(SystemError)
        /// No connection could be accepted.
        case notAccepted(SystemError)
        /// There was no connection from the frontend.
        case none
    }

    /// Accepts a connection from the frontend, and starts a program on it.
    ///
    /// `isOnTrial`: a program that cannot work now reports that, instead of trying again with each request.
    func acceptConnection(from frontend: pid_t?, isOnTrial: Bool) -> Attempt {
        do throws(SystemError) {
            let connection = try UnixSocket.accept(on: socket.listener)
            let peer = try PeerCredentials(of: connection.rawValue)
            guard peer.pid == frontend else {
                logger.warning("rejected a request for a worker from pid \(peer.pid), uid \(peer.uid)")
                return .none
            }
            return start(on: connection, isOnTrial: isOnTrial)
        } catch {
            // The frontend is gone or no longer waits.
            guard ![EAGAIN, ECONNRESET, ECONNABORTED].contains(error.number) else { return .none }
            return .notAccepted(error)
        }
    }

    /// Reports to the frontend that no program can be started on its connection or, if that `mayPass`, not now.
    func refuse(_ reason: String, mayPass: Bool) {
        let reason = ByteString(reason)
        let message = mayPass ? MechanismMessage.later(reason: reason) : MechanismMessage.unusable(reason: reason)
        switch kept.take() {
        // The socket's buffer has space for this message; errors mean that the frontend is gone.
        case .some(let connection): _ = try? connection.send(message.encoded.span)
        case nil: break
        }
    }

    /// Starts the program; its process id is sent before any of its output.
    private func start(on connection: consuming OwnedDescriptor, isOnTrial: Bool) -> Attempt {
        do throws(SystemError) {
            let text = try OwnedDescriptor.memory(named: "option", holding: option)
            let number = connection.rawValue
            var program = program
            if isOnTrial { program.environment.append(EnvironmentVariable.trial.assignment()) }
            let pid = try program.start(
                descriptors: WorkerDescriptors.inOrder(
                    connection: number,
                    standardError: standardError.rawValue,
                    option: text.rawValue
                ),
                announcement: Self.announcement
            )
            return .started(pid)
        } catch {
            guard error.number != EPIPE else { return .none }
            kept = consume connection
            return .failed(error)
        }
    }

    private static let announcement = Program.Announcement(
        MechanismMessage.started(pid: 0).encoded,
        processPlace: MechanismMessage.processPlace
    )
}
