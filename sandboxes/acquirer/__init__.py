"""An acquirer that moves no money: people confirm or leave on its page, and it tells the node by signed callbacks."""
