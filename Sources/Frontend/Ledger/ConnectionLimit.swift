/// The limits on client connections.
enum ConnectionLimit {
    /// The requested number, unless too few descriptors would be left for other uses.
    ///
    /// A third of the descriptors for clients is for those that wait to be admitted.
    static func connections(asked: Int, descriptors: Int) -> Int {
        min(asked, share(of: descriptors) * 2 / 3)
    }

    /// How many connections mail servers may keep open, for clients of Dovecot's protocol: what other clients leave.
    static func kept(descriptors: Int, connections asked: Int) -> Int {
        max(16, share(of: descriptors) - connections(asked: asked, descriptors: descriptors) * 3 / 2)
    }

    /// 256 of the process's descriptors, or half if there are few, are reserved for workers, listeners, the log and the
    /// loop.
    private static func share(of descriptors: Int) -> Int {
        descriptors >= 512 ? descriptors - 256 : descriptors / 2
    }
}
