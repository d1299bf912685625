internal import Glibc
package import Platform

/// Looks for an event for a moment before its process sleeps.
///
/// To sleep and be woken costs both processes more than a cheap login does, 20 to 50 µs on a virtual machine. Between
/// two looks the processor is offered to others, sched_yield(2). What is awaited may take longer than a look, so after
/// some looks in vain this looks only now and then.
package struct AdaptivePoll {
    /// How many looks in vain are borne in sequence; then one of so many is made.
    package static let patience = 16

    /// Whether to look at all; not on a single processor, on which nothing can happen meanwhile.
    private static let mayLook = Machine.processorCount > 1

    private let microseconds: Int
    private var failures = 0

    /// A look takes as many microseconds.
    package init(microseconds: Int) {
        self.microseconds = microseconds
    }

    /// Calls `find` until it returns a number above 0, and returns that; 0 when the time is over, or at once.
    ///
    /// With an `alarm`, the look ends then at the latest.
    package mutating func look<Failure: Error>(
        until alarm: Instant? = nil,
        _ find: () throws(Failure) -> Int
    ) throws(Failure) -> Int {
        let before = failures
        failures += 1
        guard Self.mayLook, before < Self.patience || before % Self.patience == 0 else { return 0 }
        let time = Instant.now.advanced(microseconds: microseconds)
        let end = alarm.map { min($0, time) } ?? time
        while true {
            let found = try find()
            if found > 0 {
                failures = 0
                return found
            }
            guard Instant.now < end else {
                // What was cut short was not in vain.
                if end < time { failures = before }
                return 0
            }
            sched_yield()
        }
    }
}
