internal import Authentication
internal import Glibc
internal import RemoteLogin

exit(RemoteProgram.run("rimap", .imap))
