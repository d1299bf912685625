/// The name of a mechanism, as given to `-a`: of this package or a third-party plugin.
package struct PluginName: Hashable, Sendable, CustomStringConvertible {
    /// 1 to 32 small letters, digits, `-` and `_`.
    package let text: String

    /// Takes a name in any case.
    ///
    /// `nil` if it is empty, longer than 32 characters, or has characters other than letters, digits, `-` and `_`: it
    /// becomes part of a file name.
    package init?(_ text: String) {
        let lowercased = text.lowercased()
        guard (1...32).contains(lowercased.utf8.count), lowercased.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.text = lowercased
    }

    /// The traits of a mechanism of this package; `nil` for a third-party plugin.
    package var known: MechanismTraits? { MechanismTraits.named(text) }

    /// The traits of the mechanism, with those of `foreign` for a third-party plugin.
    package var traits: MechanismTraits { known ?? .foreign }

    /// The maximum number of workers without `-n`.
    package var defaultWorkers: Int { traits.workers }

    /// After how many requests a worker is replaced without `--max-requests`; 0 for never.
    package var defaultRequests: Int { traits.requests }

    /// After how many seconds a client gets a temporary failure without `--timeout`.
    package var defaultTimeout: Int { traits.timeout }

    /// The name of the mechanism's program.
    package var program: String { "saslauthd-" + text }

    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

extension PluginName: ExpressibleByStringLiteral {
    /// A literal name; an invalid one stops the program.
    package init(stringLiteral text: String) {
        guard let name = PluginName(text) else { fatalError("\(text) is not a valid mechanism name") }
        self = name
    }
}
