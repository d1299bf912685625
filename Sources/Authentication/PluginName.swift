/// What follows `-a`: the name of a mechanism of this package or of a plugin from elsewhere.
package struct PluginName: Hashable, Sendable, CustomStringConvertible {
    /// Small letters, digits, `-` and `_`; 1 to 32 of them.
    package let text: String

    /// Takes a name in any case.
    ///
    /// `nil` when it is empty, longer than 32 characters or holds anything but letters, digits, `-` and `_`: it becomes
    /// part of a file name.
    package init?(_ text: String) {
        let lowercased = text.lowercased()
        guard (1...32).contains(lowercased.utf8.count), lowercased.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.text = lowercased
    }

    /// The mechanism of this package, or `nil` for a plugin from elsewhere.
    package var known: MechanismTraits? { MechanismTraits.named(text) }

    /// What is known of the mechanism, wherever it comes from.
    package var traits: MechanismTraits { known ?? .foreign }

    /// How many workers there may be where `-n` is not given.
    package var defaultWorkers: Int { traits.workers }

    /// After how many requests a worker is replaced where `--max-requests` is not given; 0 for never.
    package var defaultRequests: Int { traits.requests }

    /// After how many seconds a client gets a temporary failure where `--timeout` is not given.
    package var defaultTimeout: Int { traits.timeout }

    /// The name of the program that is started for it.
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
    /// A name that stands in the program; one that can be no name stops it.
    package init(stringLiteral text: String) {
        guard let name = PluginName(text) else { fatalError("\(text) is no name of a mechanism") }
        self = name
    }
}
