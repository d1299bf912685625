package import Platform
internal import Synchronization

/// Tells a loop of work that other threads have finished.
///
/// The loop's thread owns it; each thread gets a `Sender`.
package final class Mailbox: EventSource {
    private let loop: EventLoop
    private let descriptor: OwnedDescriptor
    private let sender: Sender
    private var registration: EventLoop.Registration?
    private var waiting: [Int: () -> Void] = [:]
    private var lastNumber = 0

    package init(_ loop: EventLoop) throws(SystemError) {
        self.loop = loop
        let pair = try SocketPair()
        sender = Sender(try OwnedDescriptor.copy(of: pair.far.rawValue))
        descriptor = pair.intoNear()
        try descriptor.becomeNonblocking()
        registration = try loop.add(self, descriptor.rawValue)
    }

    /// Stops the reports, so that the loop lets go of this object.
    package func close() {
        guard let registration = registration.take() else { return }
        try? loop.remove(registration, descriptor.rawValue)
    }

    /// Runs `work` on a thread of its own, and `done` on the loop's thread once it has returned.
    package func run(_ work: @escaping @Sendable () -> Void, done: @escaping () -> Void) throws(SystemError) {
        lastNumber += 1
        let number = lastNumber
        waiting[number] = done
        do throws(SystemError) {
            try BackgroundThread.start { [sender] in
                work()
                sender.send(number)
            }
        } catch {
            waiting[number] = nil
            throw error
        }
    }

    package func isReady(readable: Bool, writable: Bool) {
        var bytes = [UInt8](repeating: 0, count: 256)
        while case .bytes = (try? descriptor.receive(into: &bytes)) ?? .ended {}
        for number in sender.take() { waiting.removeValue(forKey: number)?() }
    }

    /// Where the numbers of finished work are left.
    private final class Sender: Sendable {
        private let numbers = Mutex<[Int]>([])
        private let descriptor: OwnedDescriptor

        init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

        func send(_ number: Int) {
            let isFirst = numbers.withLock { numbers in
                numbers.append(number)
                return numbers.count == 1
            }
            // One byte tells of all numbers that are there when it is read.
            if isFirst { _ = try? descriptor.send([0].span) }
        }

        func take() -> [Int] {
            numbers.withLock { numbers in
                defer { numbers = [] }
                return numbers
            }
        }
    }
}
