internal import Authentication
internal import Digests
internal import Platform

/// A frontend's memory of right passwords for its successor: keyed hashes, times and the key, in an unnamed file.
///
/// The master creates the file with its final size, and it disappears with the last process that has it open. A
/// frontend writes each change at once, so that a crash loses nothing. The next frontend only uses it to exempt logins
/// from throttling; no password is accepted because of it.
///
/// Format: a head of eight bytes, the key, and then places of 24 bytes with the hash and the time, in nanoseconds on
/// the monotonic clock; time 0 marks an empty place. Numbers are in network byte order.
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

    /// The key of the frontend that wrote the file; `nil` if there is none, or one of another version.
    func readKey() -> Secret? {
        var bytes = [UInt8](repeating: 0, count: Self.firstPlace)
        defer { wipe(bytes.span) }
        guard (try? file.read(into: &bytes, at: 0)) == bytes.count, Array(bytes[..<Self.head.count]) == Self.head else {
            return nil
        }
        return Secret(copying: bytes.span.extracting(droppingFirst: Self.head.count))
    }

    /// The entries of the file, the oldest first, without impossible ones.
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

    /// Begins a record with `key`.
    func begin(key: borrowing Secret) {
        var bytes = [UInt8](copying: Self.head.span, key.span)
        write(bytes, at: 0)
        wipe(bytes.span)
        bytes = []
    }

    /// Sets the entry of a place.
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

    /// Ignores errors: the file of a frontend that is being replaced is sealed, and nobody will read the change.
    private func write(_ bytes: [UInt8], at offset: Int) {
        _ = try? file.write(bytes.span, at: offset)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
