import Authentication
import EventLoop
import MechanismKit
import Testing

@testable import MailLogin

@Suite struct MailMechanismTests {
    @Test func `a loop outlives a mechanism that has logins in flight`() throws {
        let loop = try EventLoop()
        var answers = 0
        do {
            let options = try MailOptions("imap://127.0.0.1:1?timeout=1", of: .imap) { _ in nil }
            let mechanism = try MailMechanism(options, loop: loop, log: MechanismLog(isVerbose: false))
            let password: [UInt8] = [0x78]
            let request = AuthRequest(
                login: "alice",
                password: Secret(copying: password.span),
                service: "",
                realm: "",
                remote: ""
            )
            mechanism.begin(request, Answer { _ in answers += 1 })
        }
        // Later than all that was scheduled.
        var isOver = false
        loop.schedule(milliseconds: 1_500) { isOver = true }
        while !isOver { try loop.turn() }
        #expect(answers == 0)
    }
}
