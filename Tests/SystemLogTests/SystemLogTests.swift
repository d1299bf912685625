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
        SystemLog(.init(syslogPath: receiver.path), standardError: false).logger(.info).info("auth failure: [user=bob]")
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
        SystemLog(.init(syslogPath: receiver.path), standardError: false).logger(.trace).log(level: level, "x")
        #expect(receiver.line()?.hasPrefix("<\(priority)>") == true)
    }

    @Test func `a line stays one line`() throws {
        let receiver = try Receiver(folder.path("log"))
        SystemLog(.init(syslogPath: receiver.path), standardError: false).logger(.info).info("a\nb\u{1b}c")
        #expect(receiver.line()?.hasSuffix(": a\\nb\\x1bc") == true)
    }

    @Test func `the names of functions stand where they are asked for, as up to 2.1.26`() throws {
        let receiver = try Receiver(folder.path("log"))
        let log = SystemLog(.init(syslogPath: receiver.path), standardError: false, format: .text(namesFunctions: true))
        log.logger(.info).info("auth failure: [user=bob]", metadata: [SystemLog.functionKey: "do_auth"])
        // What logwatch looks for at the beginning of the text.
        #expect(receiver.line()?.contains("]: do_auth         : auth failure: [user=bob]") == true)
        log.logger(.info).info("a line of ours")
        #expect(receiver.line()?.contains("]:                 : a line of ours") == true)
        let other = SystemLog(.init(syslogPath: receiver.path), standardError: false)
        other.logger(.info).info("auth failure: [user=bob]", metadata: [SystemLog.functionKey: "do_auth"])
        #expect(receiver.line()?.contains("]:                 : auth failure: [user=bob]") == true)
    }

    @Test func `a system log that does not read keeps nobody waiting, and what was lost is counted`() throws {
        let receiver = try Receiver(folder.path("log"))
        let logger = SystemLog(.init(syslogPath: receiver.path), standardError: false).logger(.info)
        for number in 0..<10_000 { logger.info("line \(number)", metadata: [SystemLog.functionKey: "do_auth"]) }
        var taken = 0
        while receiver.line() != nil { taken += 1 }
        #expect(taken < 10_000)
        logger.info("the next")
        #expect(
            receiver.line()?.hasSuffix(": dropped \(10_000 - taken) lines: syslog was not read")
                == true
        )
        #expect(receiver.line()?.hasSuffix(": the next") == true)
    }

    @Test func `a system log that is started anew is found again`() throws {
        var receiver: Receiver? = try Receiver(folder.path("log"))
        let logger = SystemLog(.init(syslogPath: folder.path("log")), standardError: false).logger(.info)
        logger.info("first")
        #expect(receiver?.line() != nil)
        receiver = nil
        logger.info("nobody listens")
        receiver = try Receiver(folder.path("log"))
        logger.info("second")
        #expect(receiver?.line()?.hasSuffix(": second") == true)
    }

    @Test func `JSON has the parts of a line or its message, and what the system's log adds before it`() throws {
        let receiver = try Receiver(folder.path("log"))
        let logger = SystemLog(.init(syslogPath: receiver.path), standardError: false, format: .json).logger(.info)
        logger.warning("a\nb")
        let warning = try #require(receiver.line())
        #expect(warning.hasPrefix("<36>"))
        let message = try object(in: warning)
        #expect(message["message"] as? String == "a\nb" && message["level"] as? String == "warning")
        #expect(message["pid"] as? Int32 == getpid())
        let time = try #require(message["time"] as? String)
        #expect(time.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ/) != nil)
        logger.info(
            "auth failure: …",
            metadata: [SystemLog.functionKey: "do_auth", "login": "a\"b", "peer_pid": .stringConvertible(Int32(7))]
        )
        let decision = try object(in: #require(receiver.line()))
        #expect(decision["login"] as? String == "a\"b" && decision["peer_pid"] as? Int == 7)
        #expect(decision["message"] == nil && decision["function"] == nil)
    }

    private func object(in line: String) throws -> [String: Any] {
        let text = try #require(line.components(separatedBy: "]: ").last)
        return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func `the journal gets the text and its parts, and syslog what the journal does not take`() throws {
        var journal: Receiver? = try Receiver(folder.path("journal"))
        let receiver = try Receiver(folder.path("log"))
        let log = SystemLog(.init(syslogPath: receiver.path, journalPath: folder.path("journal")), standardError: false)
        #expect(log.keepsFields)
        let logger = log.logger(.info)
        logger.info("auth failure: x", metadata: [SystemLog.functionKey: "do_auth", "login": "a\nb"])
        #expect(
            journal?.line() == """
                MESSAGE=                : auth failure: x
                PRIORITY=6
                SYSLOG_FACILITY=4
                SYSLOG_IDENTIFIER=saslauthd
                SYSLOG_PID=\(getpid())
                SASLAUTHD_LOGIN
                \u{3}\0\0\0\0\0\0\0a
                b

                """
        )
        #expect(receiver.line() == nil)
        journal = nil
        logger.info("the journal is gone")
        #expect(receiver.line()?.hasSuffix(": the journal is gone") == true)
        journal = try Receiver(folder.path("journal"))
        logger.info("it is back")
        #expect(journal?.line()?.contains("it is back") == true)
    }

    @Test func `where there is no journal there is syslog alone`() throws {
        let receiver = try Receiver(folder.path("log"))
        let log = SystemLog(.init(syslogPath: receiver.path, journalPath: folder.path("journal")), standardError: false)
        #expect(!log.keepsFields)
        log.logger(.info).info("x")
        #expect(receiver.line()?.hasSuffix(": x") == true)
    }

    @Test func `lines that repeat are counted, but decisions never`() throws {
        let receiver = try Receiver(folder.path("log"))
        let logger = SystemLog(.init(syslogPath: receiver.path), standardError: false).logger(.info)
        func lines(_ metadata: Logger.Metadata?) -> Int {
            var count = 0
            for number in 0..<15 {
                logger.info("line \(number)", metadata: metadata)
                if receiver.line() != nil { count += 1 }
            }
            return count
        }
        #expect(lines(nil) == 10)
        #expect(lines([SystemLog.functionKey: "do_auth"]) == 15)
    }
}
