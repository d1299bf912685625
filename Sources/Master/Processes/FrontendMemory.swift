internal import Platform
internal import ProcessProtocol

/// Memory that a frontend leaves to its successor; the master only keeps it open.
///
/// If the service manager stores descriptors, it has a copy, so that a frontend finds the memory after a restart of the
/// daemon.
final class FrontendMemory {
    /// Its name in the service manager.
    static let name = "frontend-memory"

    let descriptor: OwnedDescriptor

    init() throws(SystemError) {
        descriptor = try SharedMemory.make("frontend", size: HandedMemory.size)
    }

    private init(adopting descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// The memory that the service manager stored for a previous master, if any; call it once.
    ///
    /// The last valid one counts.
    static func handedOver() -> FrontendMemory? {
        var memory: FrontendMemory?
        for (number, name) in ServiceManager.handedOver where name == FrontendMemory.name {
            let descriptor = OwnedDescriptor(adopting: number)
            guard let seals = try? SharedMemory.seals(of: number), seals.isSuperset(of: [.grow, .shrink]),
                let state = try? FileStatus(of: descriptor), state.size == HandedMemory.size
            else { continue }
            memory = FrontendMemory(adopting: descriptor)
        }
        // Nobody may write to it any more.
        try? memory?.seal()
        return memory
    }

    /// Seals it against writing.
    func seal() throws(SystemError) {
        try SharedMemory.seal(descriptor)
    }

    /// Stores it in the service manager for the next start.
    func keep() {
        ServiceManager.keep(descriptor, as: Self.name)
    }
}
