internal import Platform
internal import WorkerProtocol

/// What a frontend leaves to the next one; the master only holds it.
final class FrontendMemory {
    let descriptor: OwnedDescriptor

    init() throws(SystemError) {
        descriptor = try SharedMemory.make("frontend", size: HandedMemory.size)
    }

    /// Ends all writing.
    func seal() throws(SystemError) {
        try SharedMemory.seal(descriptor)
    }
}
