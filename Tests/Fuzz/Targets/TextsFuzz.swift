import Authentication
import JSON
import Platform

/// Small readers and writers of texts: JSON, escaped text for the log, addresses, names.
enum TextsFuzz {
    static func run(_ input: [UInt8]) throws(BrokenProperty) {
        let text = String(decoding: input, as: UTF8.self)
        try escape(input, text)
        try readAddresses(input, text)
        try writeJSON(text)
        if let value = JSONValue(text), let object = object(value) {
            try check(JSONValue(object.description) == value, "another value after its encoding: \(object)")
        }
        if let name = PluginName(text) {
            try check(name.text.utf8.allSatisfy { $0 > 0x2C && $0 < 0x7B && $0 != 0x2F }, "the program \(name.program)")
        }
    }

    private static func escape(_ input: [UInt8], _ text: String) throws(BrokenProperty) {
        let line = ByteString(input).description
        try check(
            line.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") },
            "a log line can be forged: \(line)"
        )
        try check(unescaped(Array(line.utf8)) == input, "two values look alike in the log: \(line)")
        let plain = PlainText.of(text)
        try check(PlainText.of(plain) == plain, "control characters are left")
    }

    /// Undoes `ByteString.description`.
    private static func unescaped(_ line: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = line[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "x"):
                guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: return nil
            }
        }
        return bytes
    }

    private static func readAddresses(_ input: [UInt8], _ text: String) throws(BrokenProperty) {
        if let address = try? ServerAddress(text), address.port != nil {
            try check((try? ServerAddress(address.description)) == address, "\(address) is another address")
        }
        let client = ClientAddress(ByteString(input))
        if let host = client.plausibleHost { try check(host.isPrintable && !host.isEmpty, "the host \(host)") }
        if let host = client.numericalHost {
            try check(host.utf8.allSatisfy { 0x2E...0x66 ~= $0 && $0 != UInt8(ascii: "/") }, "the host \(host)")
        }
        let (login, realm) = ByteString(input).splitAtRealm
        try check(realm.map { login.appending("@").appending($0) } ?? login == ByteString(input), "a login is lost")
    }

    private static func writeJSON(_ text: String) throws(BrokenProperty) {
        var object = JSONObject()
        object.add(text, text)
        object.add("number", text.utf8.count)
        let line = object.description
        try check(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "not one line: \(line)")
        guard let value = JSONValue(line) else { throw BrokenProperty(description: "no JSON: \(line)") }
        try check(value["number"]?.integer == text.utf8.count || text == "number", "another number")
        let found = value[text]?.text ?? ""
        try check(found.utf8.elementsEqual(text.utf8) || text == "number", "another text")
    }

    /// A value as an object for output; `nil` for lists and for what is no object.
    private static func object(_ value: JSONValue) -> JSONObject? {
        guard case .object(let members) = value else { return nil }
        var object = JSONObject()
        for (name, member) in members {
            switch member {
            case .bool(let flag): object.add(name, flag)
            case .number(let number): object.add(name, number)
            case .text(let text): object.add(name, text)
            case .object:
                guard let inner = self.object(member) else { return nil }
                object.add(name, inner)
            case .list(let values):
                let inner = values.compactMap { self.object($0) }
                guard inner.count == values.count else { return nil }
                object.add(name, inner)
            case .null: return nil
            }
        }
        return object
    }
}
