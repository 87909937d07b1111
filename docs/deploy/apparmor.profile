# /etc/apparmor.d/pomfa-tui, then: apparmor_parser -r /etc/apparmor.d/pomfa-tui
# It holds for the two scripts by which the program is started, and for the interpreter that they go on in. Not for that one by its own name:
# in a virtual environment it is a link to the system's, and AppArmor goes by where a link leads.
abi <abi/3.0>,
include <tunables/global>

profile pomfa-tui /{opt/pomfa-tui/bin/pomfa-tui,usr/local/bin/pomfa-shell} {
  include <abstractions/base>
  include <abstractions/python>
  include <abstractions/nameservice>

  deny network inet,
  deny network inet6,
  deny network raw,
  deny ptrace,

  /opt/pomfa-tui/** r,
  /opt/pomfa-tui/bin/* rix,
  /opt/pomfa-tui/lib/**.so* mr,
  /usr/bin/python3* rix,
  /usr/share/zoneinfo/** r,
  /usr/local/bin/pomfa-shell rix,
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
  @{PROC}/sys/** r,
  @{PROC}/swaps r,
  /sys/class/block/ r,
  /sys/devices/**/dm/uuid r,
  /sys/fs/cgroup/** r,
  signal,

  # The program of the hand-over, with rules of its own or none, and a clean environment. The one that prints slips needs such a line too.
  /usr/local/bin/pharmacy-desk Ux,
}
