/// The descriptors of a frontend from 3 on: their numbers in the frontend, or what the master has for them.
package struct FrontendDescriptors: Hashable, Sendable {
    /// The first number; those before it are the standard ones.
    package static let first: CInt = 3

    /// The connection to the master.
    package var master: CInt
    /// The memory of the frontend before, or an empty one; to be read.
    ///
    /// In a reload the frontend before writes until the one that replaces it is ready.
    package var previousMemory: CInt
    /// The memory of this frontend; to be written.
    package var ownMemory: CInt
    /// What refers to the sockets that start workers, one for each mechanism.
    package var workers: [CInt]
    /// The sockets on which clients are to be served.
    package var listeners: [CInt]
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
        control: CInt?,
        metrics: CInt?
    ) {
        self.master = master
        self.previousMemory = previousMemory
        self.ownMemory = ownMemory
        self.workers = workers
        self.listeners = listeners
        self.control = control
        self.metrics = metrics
    }

    /// The numbers under which a frontend finds so many of each.
    package init(workers: Int, listeners: Int, hasControl: Bool = false, hasMetrics: Bool = false) {
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
        control = hasControl ? take() : nil
        metrics = hasMetrics ? take() : nil
    }

    /// All of them in the order in which a frontend has them, from `first` on.
    package var inOrder: [CInt] {
        [master, previousMemory, ownMemory] + workers + listeners + [control, metrics].compactMap(\.self)
    }
}
