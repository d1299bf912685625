import Authentication
import Testing

@testable import DovecotProtocol

@Suite struct ClientGreetingTests {
    private func result(_ text: String) -> [Seen] {
        var trial = Trial(minorVersion: nil)
        let seen = trial.feed(text)
        #expect(trial.connection.isClosed == seen.contains { if case .close = $0 { true } else { false } })
        return seen
    }

    @Test(arguments: ["0", "1", "2", "3", "9", "007", "4294967295"])
    func `every minor version is accepted`(minor: String) {
        #expect(result("VERSION\t1\t\(minor)\nCPID\t1\nAUTH\t1\tPLAIN\tservice=smtp\n") == [.plain(1)])
    }

    @Test(arguments: [
        ("VERSION\t2\t0\n", Violation.majorVersion), ("VERSION\t0\t0\n", .majorVersion), ("VERSION\t1\n", .noVersion),
        ("VERSION\n", .noVersion), ("VERSION\t1\t0\t0\n", .noVersion), ("VERSION\t1\t0\t\n", .noVersion),
        ("VERSION\t1\tx\n", .noVersion), ("VERSION\t1\t\n", .noVersion), ("VERSION\t1\t-1\n", .noVersion),
        ("VERSION\t1\t+1\n", .noVersion), ("VERSION\t1\t4294967296\n", .noVersion), ("version\t1\t0\n", .noVersion),
        ("VERSION \t1\t0\n", .noVersion), ("CPID\t1\n", .noVersion), ("\n", .noVersion), ("\r\n", .noVersion),
        ("AUTH\t1\tPLAIN\tservice=smtp\n", .noVersion), ("VERSION\t1\t0\0\n", .zeroByte),
    ])
    func `the first line is a version`(text: String, violation: Violation) {
        #expect(result(text) == [.close(violation)])
    }

    @Test(arguments: [
        "CPID\t0\n", "CPID\tx\n", "CPID\t100000000000\n", "CPID\t4294967296\n", "CPID\n", "CPID\t\n", "CPID\t1\tx\n",
        "CPID\t1\t\n", "cpid\t1\n", "VERSION\t1\t2\n", "AUTH\t1\tPLAIN\tservice=smtp\n", "\n", "CANCEL\t1\n",
    ])
    func `the second line is a process id`(line: String) {
        #expect(result("VERSION\t1\t0\n" + line) == [.close(.noProcessID)])
    }

    @Test(arguments: ["1", "007", "4294967295"])
    func `every other process id is accepted`(id: String) {
        #expect(result("VERSION\t1\t0\nCPID\t\(id)\nAUTH\t1\tPLAIN\tservice=smtp\n") == [.plain(1)])
    }

    @Test(arguments: ["VERSION\t1\t2\n", "CPID\t1\n", "MECH\tPLAIN\n"])
    func `the greeting is not repeated`(line: String) {
        #expect(result(Trial.greeting + line) == [.close(.unknownCommand)])
    }

    @Test func `a carriage return before the line break is dropped`() {
        #expect(result("VERSION\t1\t0\r\nCPID\t1\r\nAUTH\t1\tPLAIN\tservice=smtp\r\n") == [.plain(1)])
    }

    @Test func `nothing is processed after the connection is closed`() {
        var trial = Trial()
        #expect(trial.feed("\nAUTH\t1\tPLAIN\tservice=smtp\n") == [.close(.unknownCommand)])
        #expect(trial.feed("AUTH\t1\tPLAIN\tservice=smtp\n") == [])
        #expect(!trial.connection.isBusy && trial.connection.requestCount == 0)
    }
}
