import Glibc
import Platform
import Testing

@Suite struct GroupTests {
    @Test func `groups have names, or numbers where they have none`() throws {
        #expect(Group.name(of: 0) == "root")
        #expect(Group.name(of: 4_000_000_000) == "4000000000")
        #expect(try Group.number(of: "root") == 0)
        #expect(try Group.number(of: "4711") == 4711)
        #expect(try Group.number(of: "no such group") == nil)
        #expect(Group.own.contains(getegid()))
    }
}
