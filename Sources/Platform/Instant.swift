internal import Glibc

/// A point on the system's monotonic clock, in nanoseconds; clock_gettime(2).
package struct Instant: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static var now: Instant {
        var time = timespec()
        // SAFETY: the call fills this one variable.
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

    /// The point `milliseconds` earlier, but at least 0.
    package func reduced(milliseconds: Int) -> Instant {
        let distance = UInt64(milliseconds) * 1_000_000
        return Instant(nanoseconds: nanoseconds > distance ? nanoseconds - distance : 0)
    }

    /// The milliseconds, rounded up, until a later point; 0 if it is not later.
    package func milliseconds(until later: Instant) -> Int {
        later <= self ? 0 : Int((later.nanoseconds - nanoseconds + 999_999) / 1_000_000)
    }

    /// The whole milliseconds until a later point; 0 if it is not later.
    package func elapsedMilliseconds(until later: Instant) -> Int {
        later <= self ? 0 : Int((later.nanoseconds - nanoseconds) / 1_000_000)
    }
}
