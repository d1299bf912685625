internal import Authentication
internal import Digests
internal import Platform

/// The memory of right passwords as one frontend leaves it to the next: keyed hashes, times and the key, in a file that has no name.
///
/// The file is made by the master, is as large as it will ever be, and is gone with the last process that holds it. A frontend
/// writes each change at once, so that nothing is lost when it crashes. What the next one reads can exempt a login from waiting,
/// and nothing else: no password is accepted because of it.
///
/// A head of eight bytes, the key, and then places of 24 bytes: the hash, and the time on the monotonic clock in nanoseconds, 0 for
/// none. Numbers are those of the machine, which is the same.
struct PasswordRecord: ~Copyable {
    struct Entry: Hashable {
        let password: KeyedHash.Value
        let time: Instant
    }

    private static let head = Array("SASLPW01".utf8)
    private static let placeSize = 24
    private static let firstPlace = head.count + KeyedHash.keyLength

    private let file: OwnedDescriptor

    init(_ file: consuming OwnedDescriptor) {
        self.file = file
    }

    /// How many places a file of `size` bytes has.
    static func places(in size: Int) -> Int { (size - firstPlace) / placeSize }

    /// The key of the frontend that wrote the file; `nil` where none has, or one of another version.
    func readKey() -> Secret? {
        var bytes = [UInt8](repeating: 0, count: Self.firstPlace)
        defer { wipe(bytes.span) }
        guard (try? file.read(into: &bytes, at: 0)) == bytes.count, Array(bytes[..<Self.head.count]) == Self.head else {
            return nil
        }
        return Secret(copying: bytes.span.extracting(droppingFirst: Self.head.count))
    }

    /// What the file holds, the oldest first; of entries that cannot be, none.
    func readEntries(now: Instant) -> [Entry] {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        guard let count = try? file.read(into: &bytes, at: Self.firstPlace) else { return [] }
        return stride(from: 0, through: count - Self.placeSize, by: Self.placeSize)
            .compactMap { offset -> Entry? in
                let numbers = (0..<3).map { Self.number(bytes[(offset + 8 * $0)...].prefix(8)) }
                guard numbers[2] > 0, numbers[2] <= now.nanoseconds else { return nil }
                return Entry(
                    password: KeyedHash.Value(high: numbers[0], low: numbers[1]),
                    time: Instant(nanoseconds: numbers[2])
                )
            }
            .sorted { $0.time < $1.time }
    }

    /// Begins a record under `key`.
    func begin(key: borrowing Secret) {
        var bytes = [UInt8](copying: Self.head.span, key.span)
        write(bytes, at: 0)
        wipe(bytes.span)
        bytes = []
    }

    /// Notes what is at a place now.
    func set(_ place: Int, to entry: Entry?) {
        var bytes = [UInt8](repeating: 0, count: Self.placeSize)
        if let entry {
            let numbers = [entry.password.high, entry.password.low, entry.time.nanoseconds]
            for index in bytes.indices {
                bytes[index] = UInt8(truncatingIfNeeded: numbers[index / 8] >> UInt64(56 - 8 * (index % 8)))
            }
        }
        write(bytes, at: Self.firstPlace + place * Self.placeSize)
    }

    /// A file that takes no more, as that of a frontend which is being replaced, loses what nobody will read.
    private func write(_ bytes: [UInt8], at offset: Int) {
        _ = try? file.write(bytes.span, at: offset)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
