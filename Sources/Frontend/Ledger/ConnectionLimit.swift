/// How many clients may be connected at a time.
enum ConnectionLimit {
    /// As many as are asked for, and no more than leave descriptors for everything else.
    ///
    /// Workers, listeners, the log and the loop have 256 of the process's descriptors, or half where it has few. Of the others a third is
    /// for clients that wait to be let in.
    static func connections(asked: Int, descriptors: Int) -> Int {
        let share = descriptors >= 512 ? descriptors - 256 : descriptors / 2
        return min(asked, share * 2 / 3)
    }
}
