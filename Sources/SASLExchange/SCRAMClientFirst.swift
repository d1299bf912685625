internal import Authentication

/// The first message of a client with SCRAM (RFC 5802, section 7): a header, the login and the client's nonce.
struct SCRAMClientFirst: Hashable, Sendable {
    let login: ByteString
    let nonce: [UInt8]
    /// The header `n,,`, with its two commas.
    let header: [UInt8]
    /// The message without the header.
    let bare: [UInt8]

    init(_ message: Span<UInt8>) throws(ExchangeError) {
        guard message.firstIndex(of: 0) == nil else { throw ExchangeError(.malformed) }
        let parts = message.divided(by: UInt8(ascii: ","))
        guard parts.count >= 4 else { throw ExchangeError(.malformed) }
        try Self.checkBinding(message.extracting(parts[0]))

        let authorization = message.extracting(parts[1])
        guard authorization.isEmpty || authorization.isAttribute("a") else { throw ExchangeError(.malformed) }
        guard !message.extracting(parts[2]).isAttribute("m") else { throw ExchangeError(.unsupported) }
        guard message.extracting(parts[2]).isAttribute("n"), message.extracting(parts[3]).isAttribute("r") else {
            throw ExchangeError(.malformed)
        }
        let login = try Self.name(message.extracting(parts[2].dropFirst(2)))
        let nonce = message.extracting(parts[3].dropFirst(2))
        guard !nonce.isEmpty, nonce.areAll({ 0x21...0x7E ~= $0 }) else {
            throw ExchangeError(.malformed, login: login)
        }
        for part in parts[4...] {
            let attribute = message.extracting(part)
            guard !attribute.isAttribute("m") else { throw ExchangeError(.unsupported, login: login) }
            guard attribute.isExtension else { throw ExchangeError(.malformed, login: login) }
        }
        if !authorization.isEmpty {
            let name = try Self.decodedName(message.extracting(parts[1].dropFirst(2)))
            guard name == login.bytes else { throw ExchangeError(.otherIdentity, login: login) }
        }
        self.login = login
        self.nonce = [UInt8](copying: nonce)
        let start = parts[2].lowerBound
        header = [UInt8](copying: message.extracting(first: start))
        bare = [UInt8](copying: message.extracting(droppingFirst: start))
    }

    /// Checks the flag of channel binding.
    ///
    /// `y` means that the client could bind and believes that the server cannot, which is true.
    private static func checkBinding(_ flag: Span<UInt8>) throws(ExchangeError) {
        guard !flag.isAttribute("p") else { throw ExchangeError(.unsupported) }
        guard flag.count == 1, flag[0] == UInt8(ascii: "n") || flag[0] == UInt8(ascii: "y") else {
            throw ExchangeError(.malformed)
        }
    }

    private static func name(_ text: Span<UInt8>) throws(ExchangeError) -> ByteString {
        let name = try decodedName(text)
        return try ByteString.login(name.span)
    }

    /// Replaces `=2C` and `=3D` with a comma and an equals sign; no other sequence is valid.
    private static func decodedName(_ text: Span<UInt8>) throws(ExchangeError) -> [UInt8] {
        var name: [UInt8] = []
        name.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "=") else {
                name.append(text[index])
                index += 1
                continue
            }
            guard index + 2 < text.count else { throw ExchangeError(.malformed) }
            switch (text[index + 1], text[index + 2]) {
            case (UInt8(ascii: "2"), UInt8(ascii: "C")): name.append(UInt8(ascii: ","))
            case (UInt8(ascii: "3"), UInt8(ascii: "D")): name.append(UInt8(ascii: "="))
            default: throw ExchangeError(.malformed)
            }
            index += 3
        }
        return name
    }
}

extension Span where Element == UInt8 {
    /// The ranges between separators; there is always one more than there are separators.
    func divided(by separator: UInt8) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = 0
        for index in indices where self[index] == separator {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<count)
        return parts
    }

    /// Whether the bytes begin with `letter` and an equals sign.
    func isAttribute(_ letter: Unicode.Scalar) -> Bool {
        count >= 2 && self[0] == UInt8(ascii: letter) && self[1] == UInt8(ascii: "=")
    }

    /// Whether the bytes are a letter, an equals sign and a value.
    var isExtension: Bool {
        count >= 3 && 0x61...0x7A ~= self[0] | 0x20 && self[1] == UInt8(ascii: "=")
    }

    /// Whether `isAllowed` holds for all bytes.
    func areAll(_ isAllowed: (UInt8) -> Bool) -> Bool {
        for index in indices where !isAllowed(self[index]) { return false }
        return true
    }
}
