# Calls each operation with curl, and prints what comes back.
url=$1 photo=$2

call() {
  response=$(curl --silent --show-error --header "Authorization: Bearer any-token" --write-out ' %{http_code}' "$@")
  echo "${response##* } ${response% *}"
}

call --get --data-urlencode fields=subject,suspended "$url"
call --json '{"messaging_product":"whatsapp","subject":"Shed"}' "$url"
call --data messaging_product=whatsapp --data-urlencode 'description=A & B' "$url"
call --form messaging_product=whatsapp --form "file=@$photo" "$url"
call --request DELETE "$url"
