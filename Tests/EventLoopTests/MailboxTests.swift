internal import EventLoop
internal import Platform
internal import Synchronization
internal import Testing

struct MailboxTests {
    @Test func `each piece of work is reported once, on the thread of the loop`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox(loop)
        let count = 200
        let worked = Atomic(0)
        var reported: [Int] = []
        for number in 0..<count {
            try mailbox.run({ worked.add(1, ordering: .relaxed) }, done: { reported.append(number) })
        }
        try loop.run(until: { reported.count == count ? () : nil })
        #expect(worked.load(ordering: .relaxed) == count)
        #expect(Set(reported).count == count)
        mailbox.close()
    }

    @Test func `work may begin further work`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox(loop)
        var rest = 50
        func next() {
            guard rest > 0 else { return }
            rest -= 1
            try? mailbox.run({}, done: next)
        }
        next()
        var hasEnded = false
        try loop.run(until: {
            if rest == 0, !hasEnded { hasEnded = true; return nil as Void? }
            return hasEnded ? () : nil
        })
        mailbox.close()
    }
}
