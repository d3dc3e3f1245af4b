// What Linux offers and Swift's Glibc module leaves out. Declarations only: no code of our own in C.
#pragma once

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// <sys/socket.h> shows this only under _GNU_SOURCE, which a module cannot set for the headers before it.
int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);
