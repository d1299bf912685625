/// The permissions of a file.
package struct FileMode: OptionWord {
    package let bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    /// Parses an octal number from 0 to 0777.
    package init?(optionText: String) {
        guard let bits = UInt32(optionText, radix: 8), bits <= 0o777 else { return nil }
        self.bits = bits
    }

    package var optionText: String { "0" + String(bits, radix: 8) }

    /// Why a value of `--socket-mode` is invalid.
    @Sendable static func complaint(_ text: String) -> String? {
        FileMode(optionText: text) == nil ? "--socket-mode \(text) is not an octal number from 0 to 0777" : nil
    }
}
