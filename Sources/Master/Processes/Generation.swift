internal import Authentication
internal import CommandLine
internal import Glibc
internal import Logging
internal import Platform
internal import ProcessProtocol

/// What one reading of the settings holds: the sockets that it serves, its frontend, and the ways to its workers.
///
/// `Supervision` decides what happens to it.
final class Generation {
    let settings: Settings
    let directories: [RunDirectory]
    /// The sockets of the directories, and those that were handed over in addition.
    let sockets: [ListeningSocket]
    let socketAccess: SocketAccess
    /// Where questions about its state are answered.
    let questions: [AdminSocket]
    let logger: Logger
    let workers: [WorkerStarter]
    private let program: Program
    private let childError: OwnedDescriptor
    private(set) var frontend: FrontendProcess?
    /// The memory of the frontend, and that of the one before: of the same generation or of the one that this one replaces.
    private(set) var memory: FrontendMemory?
    private var previousMemory: FrontendMemory?
    /// How many frontends exited unexpectedly while it served.
    private var restarts = 0

    /// Puts the parts together; nothing is started yet.
    ///
    /// `program` is the frontend; `previousMemory` is that of the frontend which it replaces, if any; `childError` is what it has for
    /// standard error.
    init(
        _ settings: Settings,
        directories: [RunDirectory],
        sockets: [ListeningSocket],
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
        self.questions = questions
        self.socketAccess = socketAccess
        self.program = program
        self.previousMemory = previousMemory
        self.workers = workers
        self.childError = childError
        self.logger = logger
    }

    /// What the supervision has to know of it.
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

    /// How long one that leaves has, in milliseconds: a client to ask, a mechanism to answer, and half a minute in addition.
    static func leavingTime(_ options: ServiceOptions) -> Int {
        (options.timeout + options.requestTimeout + 30) * 1_000
    }

    /// What it does, for people.
    var status: String {
        "\(settings.mechanismNames) answers at \(sockets.map(\.path).joined(separator: ", "))"
    }

    /// The descriptor to wait for until there is room for what `FrontendProcess.flush` writes.
    var fullDescriptor: CInt? { frontend?.hasOutput == true ? frontend?.linkNumber : nil }

    /// Starts the frontend; gives its process.
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

    /// Prepares for a frontend that follows one that exited.
    ///
    /// It finds what the last one has left if that ever spoke, otherwise what that one was given.
    func inheritMemory(hasSpoken: Bool) {
        restarts += 1
        if hasSpoken { previousMemory = memory }
        seal(previousMemory)
    }

    /// Nothing is added to what the frontend leaves.
    func sealMemory() {
        seal(memory)
    }

    private func seal(_ memory: FrontendMemory?) {
        do throws(SystemError) { try memory?.seal() } catch { logger.error("the frontend's memory: \(error)") }
    }

    /// Removes the files that it has made in run directories and for questions, but for those that `kept` has too.
    func removeFiles(keepingThoseOf kept: Generation?) {
        for directory in directories where kept?.directories.contains(where: { $0 === directory }) != true {
            directory.removeFiles()
        }
        for socket in questions where kept?.questions.contains(where: { $0 === socket }) != true { socket.removeFile() }
    }
}
