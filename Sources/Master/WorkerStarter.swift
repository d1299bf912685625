internal import Authentication
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// Starts a mechanism program for each connection that the frontend opens, as inetd does.
///
/// The socket has no name that anyone could find: its file is removed as soon as it is open, and the frontend connects to it
/// through a descriptor that refers to the file.
final class WorkerStarter {
    private let socket: BoundSocket
    /// Whether a program that cannot do its work now is to say so, rather than to try again with each request.
    var isOnTrial = false
    private let program: Program
    private let option: String
    private let standardError: OwnedDescriptor
    private let logger: Logger
    private var census: WorkerCensus

    /// Makes the socket in `directory`, for a frontend that runs as `account`; `count` is the number of `-n`.
    init(
        _ program: Program,
        count: Int,
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
        census = WorkerCensus(workers: count)
        self.option = option
        self.standardError = standardError
        self.logger = logger
    }

    /// The name of the socket's file while it has one.
    static func fileName(_ process: pid_t) -> String { "workers.\(process)" }

    /// The listening socket; for the length of one system call, never keep it.
    var number: CInt { socket.listener.rawValue }

    /// Refers to the socket's file: a copy is the frontend's way to it.
    var way: CInt { socket.reference.rawValue }

    var hasWorkers: Bool { !census.isEmpty }

    /// Whether a connection would be taken; others wait in the backlog.
    func isAccepting(now: Instant) -> Bool { census.mayStart(now: now) }

    /// When `clockHasMoved` has something to do, or `isAccepting` changes.
    func deadline(now: Instant) -> Instant? { census.deadline(now: now) }

    /// Takes a connection that waits, if it is the frontend's, and starts a program on it.
    func acceptConnection(from frontend: pid_t?, now: Instant) {
        guard census.mayStart(now: now) else { return }
        do throws(SystemError) {
            let connection = try UnixSocket.accept(on: socket.listener)
            let peer = try PeerCredentials(of: connection.rawValue)
            guard peer.pid == frontend else {
                return logger.warning("process \(peer.pid) of uid \(peer.uid) asked for a worker and gets none")
            }
            start(on: connection, now: now)
        } catch {
            // The frontend has gone, or gives up waiting: either way it knows that there is no worker.
            guard ![EAGAIN, ECONNRESET, ECONNABORTED].contains(error.number) else { return }
            logger.error("no worker: \(error)")
            census.startFailed(now: now)
        }
    }

    /// A child has ended; `false` when it is no worker.
    func ended(_ pid: pid_t, _ end: ProcessEnd) -> Bool {
        guard census.ended(pid) else { return false }
        if end != .exited(EXIT_SUCCESS) { logger.warning("worker \(pid) (\(program.arguments[0])) \(end)") }
        return true
    }

    /// The frontend has closed its connection to a worker, which exits or is killed.
    func closed(_ pid: pid_t, now: Instant) {
        census.closed(pid, now: now)
    }

    /// The frontend is gone.
    func closedAll(now: Instant) {
        census.closedAll(now: now)
    }

    /// Kills the workers that have not exited though their connections were closed.
    func clockHasMoved(_ now: Instant) {
        for pid in census.due(now: now) {
            logger.error(
                "worker \(pid) (\(program.arguments[0])) did not exit when its connection was closed and is killed"
            )
            Glibc.kill(pid, SIGKILL)
        }
    }

    /// Kills a worker, if it is one.
    func kill(_ pid: pid_t) {
        if census.kills(pid) { Glibc.kill(pid, SIGKILL) }
    }

    func killAll() {
        Array(census.processes).forEach(kill)
    }

    /// The program's process is announced before the program runs, so that nothing which it writes comes before or between.
    private func start(on connection: borrowing OwnedDescriptor, now: Instant) {
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
            census.started(pid)
        } catch {
            guard error.number != EPIPE else { return }
            census.startFailed(now: now)
            // A few bytes always find room; where the frontend has gone there is nobody to tell.
            _ = try? connection.send(MechanismMessage.unusable(reason: ByteString("\(error)")).encoded.span)
        }
    }

    private static let announcement = Program.Announcement(
        MechanismMessage.started(pid: 0).encoded,
        processPlace: MechanismMessage.processPlace
    )
}
