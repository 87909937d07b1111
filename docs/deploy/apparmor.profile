# /etc/apparmor.d/pomfa-tui, then: apparmor_parser -r /etc/apparmor.d/pomfa-tui
# Confines the whole interpreter of /opt/pomfa-tui: it belongs to nothing else.
abi <abi/3.0>,
include <tunables/global>

profile pomfa-tui /opt/pomfa-tui/bin/python3* {
  include <abstractions/base>
  include <abstractions/python>
  include <abstractions/nameservice>

  deny network inet,
  deny network inet6,
  deny network raw,
  deny ptrace,

  /opt/pomfa-tui/** r,
  /opt/pomfa-tui/bin/python3* rix,
  /opt/pomfa-tui/lib/**.so* mr,
  /usr/bin/python3* rix,
  /usr/share/zoneinfo/** r,
  /usr/local/bin/pomfa-shell r,
  /etc/pomfa-tui/ r,
  /etc/pomfa-tui/** r,

  owner /var/lib/pomfa-tui/ rw,
  owner /var/lib/pomfa-tui/** rwkl,
  owner /var/lib/pomfa-tui-keys/ rw,
  owner /var/lib/pomfa-tui-keys/** rwkl,

  /dev/tty rw,
  /dev/tty[0-9]* rw,
  /dev/ptmx rw,
  /dev/pts/ r,
  /dev/pts/[0-9]* rw,
  @{PROC}/ r,
  @{PROC}/@{pid}/** r,
  @{PROC}/[0-9]*/stat r,
  @{PROC}/sys/kernel/random/boot_id r,
  signal,

  # The program of the hand-over, with rules of its own or none, and a clean environment.
  /usr/local/bin/pharmacy-desk Ux,
}
