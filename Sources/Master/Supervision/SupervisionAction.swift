internal import Glibc
internal import ProcessProtocol

/// What the supervision wants done; the master carries it out at once, in order.
enum SupervisionAction: Equatable {
    /// Start the generation's frontend; `frontendStarted` or `frontendStartFailed` says what came of it.
    case startFrontend(GenerationID)
    /// Tell the frontend that the worker that it asked for cannot be started, or not yet, and close the connection.
    case refuseWorker(GenerationID, mechanism: Int, reason: String, mayPass: Bool)
    case tell(GenerationID, MasterMessage)
    /// Close the connection to the frontend, which then answers what is in flight and exits.
    case closeLink(GenerationID)
    case kill(pid_t)
    /// The next frontend of the generation gets what the last one remembered, or where that never spoke what the one before did.
    case inheritMemory(GenerationID, hasSpoken: Bool)
    /// Nothing is added to what the frontend remembers.
    case sealMemory(GenerationID)
    /// The generation is ready and takes over, from another one if there is one.
    case takeOver(GenerationID, from: GenerationID?)
    /// Read the settings again; `add` or `reloadFailed` says what came of it.
    case readSettings
    /// Remove the files that the generation has to itself, the other one's stay.
    case removeFiles(GenerationID, keepingThoseOf: GenerationID?)
    /// No process of the generation is left.
    case forget(GenerationID)
    /// Log a line, of one generation or of the master.
    case log(SupervisionNotice, GenerationID?)
    case notify(ServiceNotice)
    case exit(CInt)
}

/// What the service manager is told.
enum ServiceNotice: Equatable {
    case reloading
    case reloadFailed(reason: String)
    case stopping
    /// All is well, for its watchdog.
    case alive
}
