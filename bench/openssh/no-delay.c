/* Preloaded into sshd and ssh: turns Nagle's algorithm off on every TCP connection that they take or make. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static int without_delay(int socket)
{
	int on = 1;
	if (socket >= 0)
		setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return socket;
}

int accept(int socket, struct sockaddr *address, socklen_t *length)
{
	int (*next)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "accept");
	return without_delay(next(socket, address, length));
}

int connect(int socket, const struct sockaddr *address, socklen_t length)
{
	int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "connect");
	return next(without_delay(socket), address, length);
}
