package import Authentication
internal import CUTF8Proc
internal import Glibc

/// A login in a coarse form: two names that any back end takes for the same user are equal here.
///
/// These make no difference: case, accents, compatibility forms (fullwidth letters, ligatures), digits of other
/// scripts, invisible characters, blanks, repetitions of `s`, `u` or `y`, and dots at the start or end of the parts
/// before and after the last `@`. The method is Unicode's NFKD and case folding, by utf8proc, and `Letters`. Names of
/// different users can be equal: use it to slow down and to forget, never to accept.
package struct FoldedName: Hashable, Sendable {
    private let name: ByteString

    /// The bytes to compare, at most `longest`.
    package var bytes: [UInt8] { name.bytes }

    /// Names are cut to this length, in bytes, before they are compared.
    package static let longest = 256

    /// Folds `login`, or `login@realm` where `realm` is not empty.
    package init(_ login: ByteString, realm: ByteString = ByteString()) {
        let whole = realm.isEmpty ? login.bytes : login.bytes + [Self.at] + realm.bytes
        let folded = whole.contains { $0 >= 0x80 } ? Self.fold(whole) : Self.foldASCII(whole)
        let trimmed = Self.hasDotAtAnEnd(folded) ? Self.trim(folded) : folded
        name = ByteString(trimmed.count > Self.longest ? Array(trimmed.prefix(Self.longest)) : trimmed)
    }

    /// Whether there is anything to trim: a dot at an end of a part, or an empty realm.
    private static func hasDotAtAnEnd(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        if first == dot || last == dot || last == at { return true }
        guard let place = bytes.lastIndex(of: at) else { return false }
        return bytes[place + 1] == dot || (place > 0 && bytes[place - 1] == dot)
    }

    private static let at = UInt8(ascii: "@")
    private static let dot = UInt8(ascii: ".")

    /// Lower case, without blanks and control characters.
    ///
    /// `y` becomes `u`, as collations take `ü` for either, and repeated `s` becomes one, as they take `ß` for one or
    /// two.
    private static func foldASCII(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](capacity: bytes.count) { output in
            var last: UInt8 = 0
            for byte in bytes where byte > 0x20 && byte != 0x7F {
                let small = (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
                if small != UInt8(ascii: "s") || last != small {
                    output.append(small == UInt8(ascii: "y") ? UInt8(ascii: "u") : small)
                }
                last = small
            }
        }
    }

    /// Folds a text in UTF-8.
    ///
    /// In other texts only ASCII is folded, as back ends do, and each other byte becomes a question mark.
    private static func fold(_ bytes: [UInt8]) -> [UInt8] {
        guard let text = String(validating: bytes, as: UTF8.self),
            let mapped = mapped(replacing(text, by: Letters.listed))
        else {
            return foldASCII(bytes.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") })
        }
        return foldASCII(Array(replacing(mapped, by: Letters.spelled).utf8))
    }

    private static func replacing(_ text: String, by spelled: (Unicode.Scalar) -> String?) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !scalar.properties.isWhitespace {
            if let letters = spelled(scalar) {
                output.append(contentsOf: letters.unicodeScalars)
            } else {
                output.append(scalar)
            }
        }
        return String(output)
    }

    /// Calls utf8proc_map(3); `nil` when that fails.
    private static func mapped(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        var folded: UnsafeMutablePointer<UInt8>?
        // SAFETY: the size is that of the array; the result is freed below.
        let count = unsafe bytes.withUnsafeBufferPointer {
            unsafe cutf8proc_fold($0.baseAddress, $0.count, &folded)
        }
        defer { unsafe free(folded) }
        guard count >= 0, let folded = unsafe folded else { return nil }
        // SAFETY: the library has written `count` bytes.
        return unsafe String(decoding: UnsafeBufferPointer(start: folded, count: count), as: UTF8.self)
    }

    private static func trim(_ bytes: [UInt8]) -> [UInt8] {
        guard let place = bytes.lastIndex(of: at) else { return Array(withoutDots(bytes[...])) }
        let realm = withoutDots(bytes[(place + 1)...])
        let login = withoutDots(bytes[..<place])
        return realm.isEmpty ? Array(login) : login + [at] + realm
    }

    private static func withoutDots(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.firstIndex(where: { $0 != dot }), let last = bytes.lastIndex(where: { $0 != dot })
        else {
            return []
        }
        return bytes[first...last]
    }
}
