import TestSupport
import Testing

struct MySQLClusterTests {
    @Test func `a node of a Galera cluster that is killed costs no login, and one that is cut off refuses nobody`()
        throws
    {
        let cluster = try MariaDBCluster { try MySQLFailoverTests.fill($0) }
        let nodes = cluster.nodes
        let daemon = try MySQLFailoverTests.start(nodes.map(\.address).joined(separator: ","))
        let (right, wrong) = (MySQLFailoverTests.passes[0], MySQLFailoverTests.refusals[3])
        let load = Load(daemon.socket, MySQLFailoverTests.requests)
        #expect(load.awaits(right) && load.awaits(wrong))
        // The one that is asked.
        nodes[0].crash()
        let size = { try? nodes[1].sql("SHOW STATUS LIKE 'wsrep_cluster_size'") }
        #expect(waitUntil { size()?.contains("2") ?? false })
        #expect(load.awaits(right) && load.awaits(wrong))
        MySQLFailoverTests.check(load.answers, mayFail: false)
        // One of two is no majority: the other does not answer any more.
        nodes[2].crash()
        #expect(load.awaits(MySQLFailoverTests.failures[0]) && load.awaits(MySQLFailoverTests.failures[3]))
        MySQLFailoverTests.check(load.stop(), mayFail: true)
        #expect(daemon.log.contains("WSREP has not yet prepared node for application use (1047)"))
        // And does again, when it is told that it is the whole cluster.
        try nodes[1].sql("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES';")
        #expect(daemon.wait { (try? daemon.ask("alice", "secret", "smtp", "")) == .text("OK") })
        #expect(try daemon.ask("alice", "wrong", "smtp", "") == MySQLTests.refused)
    }
}
