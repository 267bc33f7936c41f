from almenara.cli import main

main()
