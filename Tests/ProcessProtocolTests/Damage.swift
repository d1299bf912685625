/// Every way to damage a message a little: each beginning of it, each byte changed, left out or put in, and a row of random bytes.
struct Damage: Sequence {
    let bytes: [UInt8]

    func makeIterator() -> some IteratorProtocol<[UInt8]> {
        var state: UInt64 = 0x5DEE_CE66
        func random() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let cut = bytes.indices.map { Array(bytes[..<$0]) }
        let changed = bytes.indices.flatMap { place in
            [0, 1, 0x0A, 0x20, 0x3A, 0x80, 0xFF, random()].map { byte in
                bytes.enumerated().map { $0 == place ? byte : $1 }
            }
        }
        let shorter = bytes.indices.map { place in bytes.enumerated().filter { $0.offset != place }.map(\.element) }
        let longer = (0...bytes.count).map { Array(bytes[..<$0]) + [random()] + bytes[$0...] }
        let noise = (0..<50).map { length in (0..<length).map { _ in random() } }
        return (cut + changed + shorter + longer + noise).makeIterator()
    }
}
