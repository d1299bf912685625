import Testing

@testable import SystemLog

@Suite struct StandardErrorLogTests {
    @Test func `lines that are not taken are counted, and the number is told when they are again`() {
        var log = StandardErrorLog(isOn: true)
        var text = ""
        var room = Int.max
        func sink(_ bytes: [UInt8]) -> Int {
            let count = min(room, bytes.count)
            text += String(decoding: bytes.prefix(count), as: UTF8.self)
            room -= count
            return count
        }
        log.write("one", to: sink)
        room = 2
        for line in ["two", "three", "four"] { log.write(line, to: sink) }
        room = 1000
        log.write("five", to: sink)
        #expect(text == "one\ntw\nsaslauthd: dropped 3 lines: standard error was not read\nfive\n")
    }

    @Test func `nothing is written where nothing is to be`() {
        var log = StandardErrorLog(isOn: false)
        log.write("one") { _ in
            Issue.record("it was written")
            return 0
        }
    }
}
