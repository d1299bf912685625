import Authentication

/// The fields of an input, which a record separator divides.
struct Fields {
    static let separator: UInt8 = 0x1E

    private var rest: ArraySlice<UInt8>?

    init(_ input: [UInt8]) {
        rest = input[...]
    }

    var hasNext: Bool { rest != nil }

    /// The next field; empty after the last.
    mutating func next() -> [UInt8] {
        guard let all = rest else { return [] }
        guard let end = all.firstIndex(of: Self.separator) else {
            rest = nil
            return Array(all)
        }
        rest = all[(end + 1)...]
        return Array(all[..<end])
    }

    mutating func bytes() -> ByteString { ByteString(next()) }

    mutating func text() -> String { String(decoding: next(), as: UTF8.self) }

    /// A number up to 255 that the first byte of the next field gives.
    mutating func choice() -> Int { Int(next().first ?? 0) }

    /// What is left, undivided.
    mutating func whole() -> [UInt8] {
        defer { rest = nil }
        return rest.map { Array($0) } ?? []
    }

    /// All fields that are left.
    mutating func all() -> [[UInt8]] {
        var fields: [[UInt8]] = []
        while hasNext { fields.append(next()) }
        return fields
    }
}

/// Pieces of an input, as they may arrive on a connection; the input itself decides where it is divided.
///
/// They are about 500 at the most.
func pieces(of input: [UInt8], longest: Int) -> [[UInt8]] {
    let longest = max(longest, input.count / 250)
    // FNV-1a.
    var state = input.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var pieces: [[UInt8]] = []
    var start = 0
    while start < input.count {
        state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
        let end = min(input.count, start + 1 + Int(state >> 33) % longest)
        pieces.append(Array(input[start..<end]))
        start = end
    }
    return pieces
}

/// How many times `part` stands in `whole`.
func occurrences(of part: [UInt8], in whole: [UInt8]) -> Int {
    guard !part.isEmpty, whole.count >= part.count else { return 0 }
    return (0...whole.count - part.count).count { whole[$0...].starts(with: part) }
}

extension Secret {
    /// A copy of `bytes`.
    init(_ bytes: [UInt8]) {
        self.init(copying: bytes.span)
    }

    var bytes: [UInt8] { [UInt8](copying: span) }
}
