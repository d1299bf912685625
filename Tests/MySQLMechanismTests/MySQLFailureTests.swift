import Testing

@testable import saslauthd_mysql

@Suite struct MySQLFailureTests {
    /// Lost, gone away, cannot connect; shutting down, too many connections, a node outside of its cluster, killed.
    @Test(arguments: [2002, 2003, 2006, 2013, 2055, 1040, 1047, 1053, 1927] as [UInt32])
    func `another connection may succeed`(number: UInt32) {
        #expect(MySQLFailure(number: number, text: "").isOfConnection)
    }

    /// Access denied, no database, syntax, no table, no column, no right.
    @Test(arguments: [1045, 1049, 1064, 1146, 1054, 1142, 0] as [UInt32])
    func `another connection would not help`(number: UInt32) {
        #expect(!MySQLFailure(number: number, text: "").isOfConnection)
    }

    @Test func `a missing table or column is the schema's`() {
        #expect([1146, 1054].allSatisfy { MySQLFailure(number: $0, text: "").isOfSchema })
        #expect(![1142, 1143, 1064, 2013].contains { MySQLFailure(number: $0, text: "").isOfSchema })
    }

    @Test func `texts that a column's character set lacks are recognized`() {
        #expect([1267, 1270, 1271].allSatisfy { MySQLFailure(number: $0, text: "").isOfCollation })
        #expect(![1146, 1064, 2013].contains { MySQLFailure(number: $0, text: "").isOfCollation })
    }
}
