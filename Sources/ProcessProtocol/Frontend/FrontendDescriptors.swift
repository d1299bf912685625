/// The descriptors of a frontend from 3 on: their numbers in the frontend, or the master's numbers for them.
package struct FrontendDescriptors: Hashable, Sendable {
    /// The first number, after the standard descriptors.
    package static let first: CInt = 3

    /// The connection to the master.
    package var master: CInt
    /// The memory of the previous frontend, for reading; all zero without one.
    ///
    /// During a reload the previous frontend writes to it until its successor is ready.
    package var previousMemory: CInt
    /// The memory of this frontend, for writing.
    package var ownMemory: CInt
    /// References to the sockets that start workers, one for each mechanism.
    package var workers: [CInt]
    /// The sockets for clients.
    package var listeners: [CInt]
    /// The sockets for clients that speak Dovecot's protocol.
    package var dovecot: [CInt]
    /// The socket for saslauthctl.
    package var control: CInt?
    /// The socket of `--metrics`.
    package var metrics: CInt?

    package init(
        master: CInt,
        previousMemory: CInt,
        ownMemory: CInt,
        workers: [CInt],
        listeners: [CInt],
        dovecot: [CInt],
        control: CInt?,
        metrics: CInt?
    ) {
        self.master = master
        self.previousMemory = previousMemory
        self.ownMemory = ownMemory
        self.workers = workers
        self.listeners = listeners
        self.dovecot = dovecot
        self.control = control
        self.metrics = metrics
    }

    /// The numbers in a frontend that has so many of each.
    package init(workers: Int, listeners: Int, dovecot: Int = 0, hasControl: Bool = false, hasMetrics: Bool = false) {
        var next = Self.first
        func take() -> CInt {
            defer { next += 1 }
            return next
        }
        master = take()
        previousMemory = take()
        ownMemory = take()
        self.workers = (0..<workers).map { _ in take() }
        self.listeners = (0..<listeners).map { _ in take() }
        self.dovecot = (0..<dovecot).map { _ in take() }
        control = hasControl ? take() : nil
        metrics = hasMetrics ? take() : nil
    }

    /// All descriptors, in the order of their numbers from `first` on.
    package var inOrder: [CInt] {
        [master, previousMemory, ownMemory] + workers + listeners + dovecot + [control, metrics].compactMap(\.self)
    }
}
