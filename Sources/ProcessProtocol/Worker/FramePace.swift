/// When frames between the frontend and a worker are written.
///
/// The first goes at once to a peer that has nothing to do, so that it works while this process goes on. The others
/// are written in eights: with all in one piece, one process would sleep while the other works, and with each on its
/// own, system calls would cost more than logins.
package struct FramePace {
    /// How many frames are written together, unless fewer are there.
    package static let batch = 8

    private var held = 0

    package init() {}

    /// Counts a frame; whether to write now what is held.
    package mutating func adds(toIdle isIdle: Bool) -> Bool {
        held += 1
        return isIdle || held == Self.batch
    }

    /// All that was held is written.
    package mutating func hasWritten() { held = 0 }
}
