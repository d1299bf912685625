internal import CMariaDB

/// An error of the server or the client library: a number and a text without credentials.
struct MySQLFailure: Error, Hashable, CustomStringConvertible {
    let number: UInt32
    let text: String
    /// The class of the SQLSTATE, which is its first two characters; empty if there is none.
    let stateClass: String

    init(number: UInt32, text: String, state: String = "") {
        self.number = number
        self.text = text
        stateClass = String(state.prefix(2))
    }

    /// Whether the client library reports it.
    var isOfClient: Bool { (CR_MIN_ERROR...CR_MAX_ERROR).contains(Int32(bitPattern: number)) }

    /// Whether the connection or the server failed, so that another connection or server may succeed.
    var isOfConnection: Bool {
        // Client library: no connection, lost, or out of sync.
        if isOfClient { return true }
        return switch Int32(bitPattern: number) {
        // Server: shutting down, out of resources, or cut off from its cluster.
        case ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN, ER_SHUTDOWN_COMPLETE, ER_CON_COUNT_ERROR, ER_UNKNOWN_COM_ERROR:
            true
        case ER_CONNECTION_KILLED, ER_QUERY_INTERRUPTED, ER_TOO_MANY_USER_CONNECTIONS, ER_OUT_OF_RESOURCES: true
        case ER_HOST_IS_BLOCKED, ER_NEW_ABORTING_CONNECTION, ER_ABORTING_CONNECTION: true
        default: false
        }
    }

    /// Whether the query fails for this login's rows, but may succeed for others.
    ///
    /// By classes of the SQL standard: no data, cardinality violation (a subquery with several rows), data exception (a
    /// value that cannot be converted), and errors that a function of the administrator signals.
    var isOfRow: Bool { !isOfClient && ["02", "21", "22", "45"].contains(stateClass) }

    /// Whether a table or column does not exist.
    var isOfSchema: Bool {
        [ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR].contains(Int32(bitPattern: number))
    }

    /// Whether a text cannot be compared with a column, because the column's character set lacks its characters.
    var isOfCollation: Bool {
        [ER_CANT_AGGREGATE_2COLLATIONS, ER_CANT_AGGREGATE_3COLLATIONS, ER_CANT_AGGREGATE_NCOLLATIONS]
            .contains(Int32(bitPattern: number))
    }

    var description: String { number == 0 ? text : "\(text) (\(number))" }
}
