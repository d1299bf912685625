/// Three MariaDB servers in a Galera cluster on 127.0.0.1; they are killed with the object or the tests.
package final class MariaDBCluster: Sendable {
    /// Debian's package galera-4.
    private static let provider = "/usr/lib/galera/libgalera_smm.so"

    package let nodes: [MariaDB]

    /// Fills the first node with `fill`; the others copy its data.
    package init(fill: (MariaDB) throws -> Void) throws {
        let ports = try ReservedPorts.take(9)
        nodes = try (0..<3).map { number in
            let (group, transfer) = (ports[number], ports[3 + number])
            let provider = [
                "gmcast.listen_addr=tcp://127.0.0.1:\(group)", "ist.recv_addr=127.0.0.1:\(ports[6 + number])",
                "gcache.size=4M", "pc.recovery=FALSE",
                // A node is excluded after this silence; on a busy machine a node may be silent for seconds.
                "evs.suspect_timeout=PT10S", "evs.inactive_timeout=PT30S",
            ]
            return try MariaDB(
                options: [
                    "--binlog-format=ROW", "--wsrep-on=ON", "--wsrep-provider=\(Self.provider)",
                    "--wsrep-cluster-address=gcomm://\(number == 0 ? "" : "127.0.0.1:\(ports[0])")",
                    "--wsrep-node-address=127.0.0.1:\(group)", "--wsrep-sst-method=rsync",
                    "--wsrep-sst-receive-address=127.0.0.1:\(transfer)",
                    "--wsrep-provider-options=\(provider.joined(separator: ";"))",
                ]
            )
        }
        for (number, node) in nodes.enumerated() {
            try node.begin()
            guard waitUntil({ Self.isReady(node) || !node.isRunning }), node.isRunning else {
                throw DaemonFailure(log: node.log)
            }
            if number == 0 { try fill(node) }
        }
    }

    /// Whether a node has all data and accepts queries.
    private static func isReady(_ node: MariaDB) -> Bool {
        (try? node.sql("SHOW STATUS LIKE 'wsrep_ready'").contains("ON")) ?? false
    }
}
