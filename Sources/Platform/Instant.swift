internal import Glibc

/// A point on the system's monotonic clock, in nanoseconds; clock_gettime(2).
package struct Instant: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static var now: Instant {
        var time = timespec()
        // SAFETY: one variable for the one value that the call fills.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The point `milliseconds` later.
    package func advanced(milliseconds: Int) -> Instant {
        Instant(nanoseconds: nanoseconds + UInt64(milliseconds) * 1_000_000)
    }

    /// The point `microseconds` later.
    package func advanced(microseconds: Int) -> Instant {
        Instant(nanoseconds: nanoseconds + UInt64(microseconds) * 1_000)
    }

    /// The point `milliseconds` earlier, the clock's beginning at the earliest.
    package func reduced(milliseconds: Int) -> Instant {
        let distance = UInt64(milliseconds) * 1_000_000
        return Instant(nanoseconds: nanoseconds > distance ? nanoseconds - distance : 0)
    }

    /// How many milliseconds, rounded up, lie between `self` and a later point; 0 when that has passed.
    package func milliseconds(until later: Instant) -> Int {
        later <= self ? 0 : Int((later.nanoseconds - nanoseconds + 999_999) / 1_000_000)
    }

    /// How many whole milliseconds lie between `self` and a later point; 0 when it is not later.
    package func elapsedMilliseconds(until later: Instant) -> Int {
        later <= self ? 0 : Int((later.nanoseconds - nanoseconds) / 1_000_000)
    }
}
