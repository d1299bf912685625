internal import Platform
internal import ProcessProtocol

/// What a frontend leaves to the next one; the master only holds it.
///
/// The service manager, where there is one that keeps descriptors, has a copy: then the next master's frontend finds it after a restart.
final class FrontendMemory {
    /// The name by which the service manager has it.
    static let name = "frontend-memory"

    let descriptor: OwnedDescriptor

    init() throws(SystemError) {
        descriptor = try SharedMemory.make("frontend", size: HandedMemory.size)
    }

    private init(adopting descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// What a frontend of the master before left, if the service manager has kept it; to be called once.
    ///
    /// Of several the last one counts, and what is no such memory does not.
    static func handedOver() -> FrontendMemory? {
        var memory: FrontendMemory?
        for (number, name) in ServiceManager.handedOver where name == FrontendMemory.name {
            let descriptor = OwnedDescriptor(adopting: number)
            guard let seals = try? SharedMemory.seals(of: number), seals.isSuperset(of: [.grow, .shrink]),
                let state = try? FileStatus(of: descriptor), state.size == HandedMemory.size
            else { continue }
            memory = FrontendMemory(adopting: descriptor)
        }
        // Nobody has a right to write to it any more.
        try? memory?.seal()
        return memory
    }

    /// Ends all writing.
    func seal() throws(SystemError) {
        try SharedMemory.seal(descriptor)
    }

    /// Has the service manager keep it for the next start.
    func keep() {
        ServiceManager.keep(descriptor, as: Self.name)
    }
}
