internal import Glibc
internal import ProcessProtocol

/// A decision of the supervision; the master carries it out at once, in order.
enum SupervisionAction: Equatable {
    /// Start the generation's frontend; `frontendStarted` or `frontendStartFailed` reports the result.
    case startFrontend(GenerationID)
    /// Report to the frontend that the requested worker cannot be started, or not yet, and close the connection.
    case refuseWorker(GenerationID, mechanism: Int, reason: String, mayPass: Bool)
    case tell(GenerationID, MasterMessage)
    /// Close the connection to the frontend, which then finishes its requests in flight and exits.
    case closeLink(GenerationID)
    case kill(pid_t)
    /// Give the next frontend the memory of the last one or, if that never sent a message, of the one before.
    case inheritMemory(GenerationID, hasSpoken: Bool)
    /// Seal the memory of the frontend.
    case sealMemory(GenerationID)
    /// The generation is ready and takes over from the other one, if any.
    case takeOver(GenerationID, from: GenerationID?)
    /// Read the settings again; `add` or `reloadFailed` reports the result.
    case readSettings
    /// Remove the generation's files, except those that the other one uses too.
    case removeFiles(GenerationID, keepingThoseOf: GenerationID?)
    /// All processes of the generation are gone.
    case forget(GenerationID)
    /// Log a line to the log of a generation or of the master.
    case log(SupervisionNotice, GenerationID?)
    case notify(ServiceNotice)
    case exit(CInt)
}

/// A notification for the service manager.
enum ServiceNotice: Equatable {
    case reloading
    case reloadFailed(reason: String)
    case stopping
    /// A sign of life for the watchdog.
    case alive
}
