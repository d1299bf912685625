import Foundation
import Logging
import TestSupport
import Testing

@testable import SystemLog

/// A system log of the test's own: a datagram socket.
private final class Receiver {
    private let descriptor: Int32
    let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    /// The next line that has come, or `nil`.
    func line() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }
}

@Suite struct SystemLogTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `a line has the shape of 2.1.28, to the byte`() throws {
        let receiver = try Receiver(folder.path("log"))
        SystemLog(syslogPath: receiver.path, standardError: false).logger(.info).info("auth failure: [user=bob]")
        let line = try #require(receiver.line())
        let shape =
            #"^<38>[A-Z][a-z]{2} [ 1-3][0-9] \d\d:\d\d:\d\d saslauthd\[\d+\]:                 : auth failure: \[user=bob\]$"#
        #expect(line.range(of: shape, options: .regularExpression) != nil, "\(line)")
    }

    @Test(arguments: [
        (Logger.Level.debug, 39), (.info, 38), (.notice, 37), (.warning, 36), (.error, 35), (.critical, 34),
    ])
    func `each level has its priority at facility auth`(level: Logger.Level, priority: Int) throws {
        let receiver = try Receiver(folder.path("log"))
        SystemLog(syslogPath: receiver.path, standardError: false).logger(.trace).log(level: level, "x")
        #expect(receiver.line()?.hasPrefix("<\(priority)>") == true)
    }

    @Test func `a line stays one line`() throws {
        let receiver = try Receiver(folder.path("log"))
        SystemLog(syslogPath: receiver.path, standardError: false).logger(.info).info("a\nb\u{1b}c")
        #expect(receiver.line()?.hasSuffix(": a\\nb\\x1bc") == true)
    }

    @Test func `the names of functions stand where they are asked for, as up to 2.1.26`() throws {
        let receiver = try Receiver(folder.path("log"))
        let log = SystemLog(syslogPath: receiver.path, standardError: false, namesFunctions: true)
        log.logger(.info).info("auth failure: [user=bob]", metadata: [SystemLog.functionKey: "do_auth"])
        // What logwatch looks for at the beginning of the text.
        #expect(receiver.line()?.contains("]: do_auth         : auth failure: [user=bob]") == true)
        log.logger(.info).info("a line of ours")
        #expect(receiver.line()?.contains("]:                 : a line of ours") == true)
        let other = SystemLog(syslogPath: receiver.path, standardError: false)
        other.logger(.info).info("auth failure: [user=bob]", metadata: [SystemLog.functionKey: "do_auth"])
        #expect(receiver.line()?.contains("]:                 : auth failure: [user=bob]") == true)
    }

    @Test func `a system log that does not read keeps nobody waiting, and what was lost is counted`() throws {
        let receiver = try Receiver(folder.path("log"))
        let logger = SystemLog(syslogPath: receiver.path, standardError: false).logger(.info)
        for number in 0..<10_000 { logger.info("line \(number)") }
        var taken = 0
        while receiver.line() != nil { taken += 1 }
        #expect(taken < 10_000)
        logger.info("the next")
        #expect(
            receiver.line()?.hasSuffix(": \(10_000 - taken) lines were not taken by the system's log and are lost")
                == true
        )
        #expect(receiver.line()?.hasSuffix(": the next") == true)
    }

    @Test func `a system log that is started anew is found again`() throws {
        var receiver: Receiver? = try Receiver(folder.path("log"))
        let logger = SystemLog(syslogPath: folder.path("log"), standardError: false).logger(.info)
        logger.info("first")
        #expect(receiver?.line() != nil)
        receiver = nil
        logger.info("nobody listens")
        receiver = try Receiver(folder.path("log"))
        logger.info("second")
        #expect(receiver?.line()?.hasSuffix(": second") == true)
    }
}
