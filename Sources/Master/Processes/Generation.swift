internal import Authentication
internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// Everything that belongs to one reading of the settings: its sockets, its frontend, and the starters of its workers.
///
/// `Supervision` decides what happens to it.
final class Generation {
    let settings: Settings
    let directories: [RunDirectory]
    /// The sockets of the directories, and others that the service manager passed.
    let sockets: [ListeningSocket]
    /// The sockets for Dovecot's protocol.
    let dovecot: [DovecotSocket]
    let socketAccess: SocketAccess
    /// The sockets for saslauthctl and metrics.
    let questions: [AdminSocket]
    let logger: Logger
    let workers: [WorkerStarter]
    private let program: Program
    private let childError: OwnedDescriptor
    private(set) var frontend: FrontendProcess?
    /// The memory of the current frontend, and that of the previous one, which may belong to an earlier generation.
    private(set) var memory: FrontendMemory?
    private var previousMemory: FrontendMemory?
    /// How many frontends exited unexpectedly while it served.
    private var restarts = 0

    /// Assembles the parts without starting anything.
    ///
    /// `program` is the frontend. `previousMemory` is the memory of the frontend that it replaces, if any. `childError`
    /// is its standard error.
    init(
        _ settings: Settings,
        directories: [RunDirectory],
        sockets: [ListeningSocket],
        dovecot: [DovecotSocket],
        questions: [AdminSocket],
        socketAccess: SocketAccess,
        program: Program,
        previousMemory: FrontendMemory?,
        workers: [WorkerStarter],
        childError: consuming OwnedDescriptor,
        logger: Logger
    ) {
        self.settings = settings
        self.directories = directories
        self.sockets = sockets
        self.dovecot = dovecot
        self.questions = questions
        self.socketAccess = socketAccess
        self.program = program
        self.previousMemory = previousMemory
        self.workers = workers
        self.childError = childError
        self.logger = logger
    }

    /// The data that the supervision needs.
    var plan: GenerationState.Plan {
        GenerationState.Plan(
            names: settings.mechanismNames,
            frontend: ProgramDirectory.frontend,
            mechanisms: zip(settings.mechanisms, workers).map { mechanism, starter in
                (starter.programName, settings.service.workers ?? mechanism.name.defaultWorkers)
            },
            leavingTime: Self.leavingTime(settings.service)
        )
    }

    /// How long a leaving generation may take, in milliseconds: `--request-timeout` and `--timeout`, and half a minute
    /// more.
    static func leavingTime(_ options: ServiceOptions) -> Int {
        (options.timeout + options.requestTimeout + 30) * 1_000
    }

    /// A status text for the service manager.
    var status: String {
        let paths = sockets.map(\.path) + dovecot.map(\.path)
        return "\(settings.mechanismNames) answers at \(paths.joined(separator: ", "))"
    }

    /// The descriptor to wait for until `FrontendProcess.flush` can write.
    var fullDescriptor: CInt? { frontend?.hasOutput == true ? frontend?.linkNumber : nil }

    /// Starts the frontend; returns its process.
    func startFrontend() throws(SystemError) -> pid_t {
        let previous = if let previousMemory { previousMemory } else { try FrontendMemory() }
        let own = try FrontendMemory()
        var program = program
        program.arguments += FrontendWords.words(restarts: restarts)
        let new = try FrontendProcess(
            program,
            descriptors: { master in
                FrontendDescriptors(
                    master: master,
                    previousMemory: previous.descriptor.rawValue,
                    ownMemory: own.descriptor.rawValue,
                    workers: workers.map { $0.way },
                    listeners: sockets.map(\.number),
                    dovecot: dovecot.map(\.socket.number),
                    control: questions.first { $0.purpose.isControl }?.number,
                    metrics: questions.first { !$0.purpose.isControl }?.number
                )
            },
            standardError: childError
        )
        (frontend, previousMemory, memory) = (new, previous, own)
        return new.pid
    }

    /// Closes the connection to the frontend.
    func closeLink() {
        frontend?.closeLink()
    }

    /// Prepares for the successor of a frontend that exited.
    ///
    /// It gets the memory of the last frontend if that ever sent a message, otherwise that of the one before.
    func inheritMemory(hasSpoken: Bool) {
        restarts += 1
        if hasSpoken { previousMemory = memory }
        seal(previousMemory)
    }

    /// Seals the memory of the frontend.
    func sealMemory() {
        seal(memory)
    }

    private func seal(_ memory: FrontendMemory?) {
        do throws(SystemError) { try memory?.seal() } catch {
            logger.error("cannot seal the frontend's memory: \(error)")
        }
    }

    /// Removes its files in run directories, its sockets for Dovecot's protocol and its admin sockets, except those that
    /// `kept` uses too.
    func removeFiles(keepingThoseOf kept: Generation?) {
        for directory in directories where kept?.directories.contains(where: { $0 === directory }) != true {
            directory.removeFiles()
        }
        for own in dovecot where kept?.dovecot.contains(where: { $0.socket === own.socket }) != true {
            own.socket.removeFile()
        }
        for socket in questions where kept?.questions.contains(where: { $0 === socket }) != true { socket.removeFile() }
    }
}
