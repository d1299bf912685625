import CTestSupport
import Foundation
import Platform
import TestSupport

/// A terminal whose keyboard and screen belong to the test.
struct PseudoTerminal: ~Copyable {
    private let keyboard: OwnedDescriptor
    let name: String

    init() throws {
        var buffer = [CChar](repeating: 0, count: 128)
        // SAFETY: the size is that of the buffer.
        let number = try systemCall("posix_openpt") { unsafe ctestsupport_open_terminal(&buffer, buffer.count) }
        keyboard = OwnedDescriptor(adopting: number)
        name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Types once the echo is off: Cyrus SASL prompts first and then discards earlier input.
    func typeUnseen(_ text: String) throws {
        waitUntil { !hasEcho }
        try keyboard.writeAll(Array(text.utf8).span)
    }

    /// Whether something new is on the screen.
    func hasOutput(within milliseconds: CInt) throws -> Bool {
        try !waitForInput(on: [keyboard.rawValue], milliseconds: milliseconds).isEmpty
    }

    /// The screen up to and including `text`, or everything within a minute.
    func screen(upTo text: String) throws -> String {
        var bytes: [UInt8] = []
        while !String(decoding: bytes, as: UTF8.self).hasSuffix(text) {
            guard try !waitForInput(on: [keyboard.rawValue], milliseconds: 60_000).isEmpty else { break }
            guard try keyboard.read(into: &bytes, limit: 256) > 0 else { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var hasEcho: Bool {
        var settings = termios()
        // SAFETY: one variable for the one value that the call fills.
        _ = unsafe tcgetattr(keyboard.rawValue, &settings)
        return settings.c_lflag & tcflag_t(ECHO) != 0
    }
}
