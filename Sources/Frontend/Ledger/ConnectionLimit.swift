/// The limit on client connections.
enum ConnectionLimit {
    /// The requested number, unless too few descriptors would be left for other uses.
    ///
    /// 256 of the process's descriptors, or half if there are few, are reserved for workers, listeners, the log and the
    /// loop. A third of the others is for clients that wait to be admitted.
    static func connections(asked: Int, descriptors: Int) -> Int {
        let share = descriptors >= 512 ? descriptors - 256 : descriptors / 2
        return min(asked, share * 2 / 3)
    }
}
