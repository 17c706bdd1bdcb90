// Package client reads, changes and deletes WhatsApp groups through Meta's Graph API.
package client
